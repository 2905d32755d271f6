import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ref } from 'vue'
import type { Project, Step, StepAction } from '@/api/types'
import { missing, useMove } from '@/step/useMove'

// The network is the only thing replaced: what leaves the page is what is looked at.
interface Sent { url: string; key: string | null; csrf: string | null; body: Record<string, unknown> }
let sent: Sent[]
let answers: (() => Response | Promise<Response>)[]

const json = (status: number, body: unknown) => () => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
const lost = () => { throw new TypeError('lost') }
const ACCEPT: StepAction = { name: 'accept', label: '部门受理', effect: '', needs: [], danger: false }
const SPECIAL: StepAction = { ...ACCEPT, name: 'start-special', needs: ['special', 'announced_days'] }

beforeEach(() => {
  sent = []
  answers = []
  document.cookie = 'csrftoken=token-1'
  vi.stubGlobal('fetch', async (request: Request) => {
    const { headers } = request
    sent.push({ url: new URL(request.url).pathname, key: headers.get('Idempotency-Key'), csrf: headers.get('X-CSRFToken'), body: JSON.parse(await request.text()) as Record<string, unknown> })
    return answers.shift()!()
  })
})
afterEach(() => vi.unstubAllGlobals())

function sheet() {
  const project = ref({ id: 42, version: 17 } as Project)
  const step = ref({ code: 'S2-04', actions: [ACCEPT, SPECIAL] } as unknown as Step)
  return { project, ...useMove(project, step) }
}

describe('moving a step', () => {
  it('sends the version seen, a key and the token of the cookie', async () => {
    const { choose, send } = sheet()
    answers = [json(200, { version: 18 })]
    choose(ACCEPT)
    expect(await send()).toEqual({ version: 18 })
    expect(sent[0]).toMatchObject({ url: '/api/projects/42/steps/S2-04/accept', csrf: 'token-1', body: { seen: 17, source: 'DOCUMENT' } })
    expect(sent[0]!.key).toMatch(/^[0-9a-f-]{36}$/)
    expect(sent[0]!.body.occurred_at).toBeUndefined() // untouched means now, by the server's clock
  })

  it('keeps the key when no answer came, so that a retry cannot move the step twice', async () => {
    const { choose, send, problem } = sheet()
    answers = [lost, json(503, {}), json(200, {})]
    choose(ACCEPT)
    expect(await send()).toBeNull()
    expect(problem.value?.unanswered).toBe(true)
    await send()
    await send()
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1)
  })

  it('takes a new key for a changed form and for a new try after a refusal', async () => {
    const { choose, send, form } = sheet()
    answers = [lost, json(409, { code: 'step.not-open', title: '前置事项未办结' }), json(200, {})]
    choose(ACCEPT)
    await send()
    form.note = '另一句'
    await send()
    await send()
    expect(new Set(sent.map(({ key }) => key)).size).toBe(3)
  })

  it('shows what changed and sends again with the new version only when told to', async () => {
    const { choose, send, resend, problem, project } = sheet()
    answers = [json(409, { code: 'step.stale', title: '已有新进展', changes: [{ seq: 18, kind: 'step.accepted' }] }), json(200, {})]
    choose(ACCEPT)
    await send()
    expect(problem.value?.changes).toHaveLength(1)
    project.value = { ...project.value, version: 18 }
    await resend()
    expect(sent.map(({ body }) => body.seen)).toEqual([17, 18])
  })

  it('names what is missing and sends nothing', async () => {
    const { choose, send, gaps } = sheet()
    choose(SPECIAL)
    expect(await send()).toBeNull()
    expect(Object.keys(gaps.value)).toEqual(['special', 'announced_days'])
    expect(sent).toHaveLength(0)
  })

  it('puts the server\'s sentence at the field it names', async () => {
    const { choose, send, gaps } = sheet()
    answers = [json(422, { code: 'occurred-at.future', title: '发生时间不能晚于现在', field: 'occurred_at' })]
    choose(ACCEPT)
    await send()
    expect(gaps.value).toEqual({ occurred_at: '发生时间不能晚于现在' })
  })
})

it.each([['note', '理由'], ['evidence', '文号'], ['due_on', '日期'], ['materials', '材料']])('an empty «%s» is asked for', (need, word) => {
  const empty = { occurredAt: '', source: 'PHONE', evidence: ' ', note: '', special: '', announcedDays: '', dueOn: '', materials: [' '] }
  expect(missing(empty, [need])[need]).toContain(word)
})
