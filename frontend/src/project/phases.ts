import type { Project, Stage, Step } from '@/api/types'
import { LAMPS } from '@/lib/lamps'
import { layers } from './graph'

const DONE = new Set(['PASSED', 'PASSED_WITH_DEFICIENCY'])

/** Passed. Refused and withdrawn steps are not: they can be filed again. */
export const isDone = (step: Step): boolean => DONE.has(step.state)
export const isWaiting = (step: Step): boolean => !isDone(step) && !step.lamp && step.blocked_by.length > 0
/** Open and nothing in its way: this is where work happens now. */
export const isOpen = (step: Step): boolean => !isDone(step) && !isWaiting(step)

const RANKED: readonly (string | null)[] = [...LAMPS.map(({ lamp }) => lamp), null]
const urgency = (step: Step): number => RANKED.indexOf(step.lamp)

/** What is under way or may begin, the most urgent first; what is not filed yet comes last, in the order of the plan. */
export function openSteps(project: Project): Step[] {
  const byUrgency = (a: Step, b: Step): number => urgency(a) - urgency(b) || (a.due_on ?? '9').localeCompare(b.due_on ?? '9')
  return project.steps.filter(isOpen).sort(byUrgency)
}

export interface Phase {
  stage: Stage
  /** Steps side by side in one group may run at the same time. */
  groups: Step[][]
  current: boolean
}

/** The stages with their steps in order; steps of one layer form one group. */
export function phasesOf(project: Project): Phase[] {
  const layerOf = layers(project.steps)
  return project.stages.filter((stage) => stage.total > 0).map((stage) => {
    const groups = new Map<number, Step[]>()
    for (const step of project.steps.filter((one) => one.stage === stage.n)) {
      const layer = layerOf.get(step.code) ?? 0
      groups.set(layer, [...(groups.get(layer) ?? []), step])
    }
    const ordered = [...groups].sort(([a], [b]) => a - b).map(([, steps]) => steps)
    return { stage, groups: ordered, current: ordered.flat().some(isOpen) }
  })
}
