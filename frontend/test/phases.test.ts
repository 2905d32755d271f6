import { expect, it } from 'vitest'
import type { Project, Step } from '@/api/types'
import { openSteps, phasesOf } from '@/project/phases'

const step = (code: string, given: Partial<Step> = {}): Step =>
  ({ code, stage: 1, state: 'PENDING', lamp: null, after: [], soft_after: [], blocked_by: [], due_on: null, ...given }) as unknown as Step
const STEPS = [
  step('done', { state: 'PASSED' }),
  step('free', { after: ['done'] }),
  step('late', { state: 'ACCEPTED', lamp: 'RED', after: ['done'] }),
  step('fine', { state: 'ACCEPTED', lamp: 'GREEN', after: ['done'] }),
  step('wait', { after: ['late'], blocked_by: [{ code: 'late', name: '' }] }),
  step('back', { state: 'NOT_ACCEPTED', after: ['done'] }),
]
const project = { steps: STEPS, stages: [{ n: 1, name: '', done: 1, total: 6, budget_days: 20 }, { n: 2, name: '', done: 0, total: 0, budget_days: 0 }] } as unknown as Project

it('lists what can move now, the most urgent first; a refused step can be filed again', () => {
  expect(openSteps(project).map(({ code }) => code)).toEqual(['late', 'fine', 'free', 'back'])
})

it('puts steps that may run at the same time into one group and leaves out empty stages', () => {
  const phases = phasesOf(project)
  expect(phases).toHaveLength(1)
  expect(phases[0]!.groups.map((group) => group.map(({ code }) => code))).toEqual([['done'], ['free', 'late', 'fine', 'back'], ['wait']])
  expect(phases[0]!.current).toBe(true)
})
