import { body, client } from './client'
import type { Choice, EventPage, Project, ProjectPage, ProjectQuery, StepBody, StepDone } from './types'

export const PAGE_SIZE = 50

export async function listProjects(query: ProjectQuery): Promise<ProjectPage> {
  return body(await client.GET('/api/projects', { params: { query: { page: 1, size: PAGE_SIZE, ...query } } })) as ProjectPage
}

export async function getProject(id: number): Promise<Project> {
  return body(await client.GET('/api/projects/{project_id}', { params: { path: { project_id: id } } })) as Project
}

export async function getEvents(id: number, before?: number): Promise<EventPage> {
  const params = { path: { project_id: id }, query: { limit: 30, ...(before ? { before } : {}) } }
  return body(await client.GET('/api/projects/{project_id}/events', { params }))
}

export interface StepMove {
  project: number
  code: string
  action: string
  key: string
  move: StepBody
}

/** The same key twice gives the same answer once, so a lost answer may be asked for again. */
export async function moveStep({ project, code, action, key, move }: StepMove): Promise<StepDone> {
  const params = { path: { project_id: project, code, name: action }, header: { 'Idempotency-Key': key } }
  return body(await client.POST('/api/projects/{project_id}/steps/{code}/{name}', { params, body: move })) as StepDone
}

export const exportAddress = (query: ProjectQuery): string => {
  const filters = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  return `/api/projects/export?${new URLSearchParams(filters.map(([name, value]) => [name, String(value)]))}`
}

export const listCategories = async (): Promise<Choice[]> => body(await client.GET('/api/catalogue/categories'))
export const listDistricts = async (): Promise<Choice[]> => body(await client.GET('/api/catalogue/districts'))
