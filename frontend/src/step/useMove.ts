import { computed, reactive, ref, watch, type Ref } from 'vue'
import { moveStep } from '@/api/projects'
import { asProblem, type Problem } from '@/api/problem'
import type { Project, Step, StepAction, StepBody, StepDone } from '@/api/types'
import { dayOf, daysFromToday, fromLocalInput, toLocalInput } from '@/lib/time'
import { uuid } from '@/lib/uuid'

const fresh = () => ({
  occurredAt: toLocalInput(new Date()), source: 'DOCUMENT', evidence: '', note: '',
  special: '', announcedDays: '', dueOn: '', materials: [''],
})
export type MoveForm = ReturnType<typeof fresh>

/** What is still missing, as a sentence at the field it belongs to. */
export function missing(form: MoveForm, needs: readonly string[]): Record<string, string> {
  const gaps: Record<string, string> = {}
  if (needs.includes('special') && !form.special) gaps.special = '请选择特别程序的种类'
  if (needs.includes('materials') && !form.materials.some((material) => material.trim())) gaps.materials = '请写明要补正的材料'
  if (needs.includes('announced_days') && !(Number(form.announcedDays) >= 1)) gaps.announced_days = '请填写预计的工作日数'
  if (needs.includes('due_on') && !form.dueOn) gaps.due_on = '请选择日期'
  if (needs.includes('note') && !form.note.trim()) gaps.note = '请写明理由'
  if (needs.includes('evidence') && !form.evidence.trim()) gaps.evidence = '请填写文号或凭据'
  return gaps
}

function moveOf(form: MoveForm, needs: readonly string[], seen: number, touched: boolean): StepBody {
  const asked = <T>(need: string, value: T): T | undefined => (needs.includes(need) ? value : undefined)
  return {
    seen,
    // Untouched means «now», and the server's clock is the better one.
    occurred_at: touched ? fromLocalInput(form.occurredAt) : undefined,
    source: form.source,
    evidence: form.evidence.trim(),
    note: form.note.trim(),
    special: asked('special', form.special) ?? '',
    announced_days: asked('announced_days', form.announcedDays ? Number(form.announcedDays) : null),
    due_on: asked('due_on', form.dueOn || null),
    materials: asked('materials', form.materials.map((one) => one.trim()).filter(Boolean)) ?? [],
  }
}

/**
 * One intent to move one step. The key belongs to the intent: a retry after a lost answer carries the same one, so the
 * step moves once; a changed form, or a new try after a refusal, is another intent.
 */
export function useMove(project: Ref<Project>, step: Ref<Step>) {
  const form = reactive(fresh())
  const action = ref<StepAction | null>(null)
  const gaps = ref<Record<string, string>>({})
  const problem = ref<Problem | null>(null)
  const busy = ref(false)
  const opened = form.occurredAt
  let seen = project.value.version
  let intent = { body: '', key: '' }

  const needs = computed(() => action.value?.needs ?? [])
  const lateDays = computed(() => Math.max(0, -daysFromToday(form.occurredAt.slice(0, 10) || dayOf(new Date()))))

  function choose(next: StepAction | null): void {
    action.value = next
    gaps.value = {}
    problem.value = null
  }

  /** What the person saw is what counts; the page may have gone on under the open sheet. */
  watch(() => step.value.actions, (allowed) => {
    if (action.value && !problem.value?.code.endsWith('stale')) action.value = allowed.find(({ name }) => name === action.value?.name) ?? action.value
  })

  async function send(): Promise<StepDone | null> {
    if (!action.value || busy.value) return null
    gaps.value = missing(form, needs.value)
    if (Object.keys(gaps.value).length) return null
    const move = moveOf(form, needs.value, seen, form.occurredAt !== opened)
    const body = JSON.stringify([action.value.name, move])
    if (intent.body !== body) intent = { body, key: uuid() }
    busy.value = true
    try {
      const done = await moveStep({ project: project.value.id, code: step.value.code, action: action.value.name, key: intent.key, move })
      problem.value = null
      return done
    } catch (thrown) {
      refuse(asProblem(thrown))
      return null
    } finally {
      busy.value = false
    }
  }

  function refuse(refusal: Problem): void {
    problem.value = refusal
    if (refusal.field) gaps.value = { [refusal.field]: refusal.message }
    if (!refusal.unanswered && refusal.status < 500) intent = { body: '', key: '' }
  }

  /** After both sides were shown: the person knows what changed and wants it all the same. */
  async function resend(): Promise<StepDone | null> {
    seen = project.value.version
    return send()
  }

  // One thing to do needs no choice.
  if (step.value.actions.length === 1) choose(step.value.actions[0]!)

  return { form, action, needs, gaps, problem, busy, lateDays, choose, send, resend }
}
