import type { paths } from './contract'

// Every name is cut out of a path, so a change of the API shows up as a type error where it hurts.
type Answer<Operation> = Operation extends { responses: { 200: { content: { 'application/json': infer T } } } } ? T : never

export type Session = Answer<paths['/api/session']['get']>
export type Me = NonNullable<Session['user']>
export type ProjectPage = Answer<paths['/api/projects']['get']>
export type ProjectRow = ProjectPage['items'][number]
export type ProjectQuery = NonNullable<paths['/api/projects']['get']['parameters']['query']>
export type Project = Answer<paths['/api/projects/{project_id}']['get']>
export type Step = Project['steps'][number]
export type StepAction = Step['actions'][number]
export type Stage = Project['stages'][number]
export type Contact = Project['enterprise']['contacts'][number]
export type SmsMessage = Project['messages'][number]
export type EventPage = Answer<paths['/api/projects/{project_id}/events']['get']>
export type ProjectEvent = EventPage['items'][number]
type StepCall = paths['/api/projects/{project_id}/steps/{code}/{action}']['post']
export type StepDone = Answer<StepCall>
export type StepBody = StepCall['requestBody']['content']['application/json']
export type InboxPage = Answer<paths['/api/inbox']['get']>
export type InboxItem = InboxPage['items'][number]
export type Choice = { code: string; name: string }
