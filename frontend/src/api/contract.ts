// Written against the agreed contract until the schema can be generated.
interface Named { code: string; name: string }
export type Lamp = 'GREEN' | 'BLUE' | 'YELLOW' | 'RED' | 'DARK_RED' | 'GREY' | 'PURPLE'
interface Me {
  id: number; username: string; name: string; role: string; role_name: string
  department: Named | null; district: Named; capabilities: string[]; inbox_stream: string; inbox_unread: number
}
interface Session { user: Me | null; bureau: { name: string; phone: string }; demo: boolean; sandbox_url?: string | null }
interface ProjectRow {
  id: number; name: string; short_name: string; code: string | null; internal_no: string
  enterprise: { id: number; name: string }; district: Named; category: Named
  lamp: Lamp; lamp_word: string; lamp_days: number | null
  progress: { done: number; total: number }; stage: { n: number; name: string }
  next: { step: string; name: string; state: string; state_name: string; action_hint: string; due_on: string | null; whose: string } | null
  case: { no: string; kind: string; kind_name: string; state: string; state_name: string }
  lead_agent: { id: number; name: string }; version: number; updated_at: string; is_demo: boolean
}
interface ProjectPage { items: ProjectRow[]; total: number; page: number; pages: number; lamps: Record<string, number> }
interface Action { name: string; label: string; effect: string; needs: string[]; danger: boolean }
interface Step {
  code: string; name: string; stage: number; department: Named; state: string; state_name: string; national_code: number
  lamp: Lamp; lamp_word: string; days_left: number | null; committed: number | null
  statutory: { n: number; unit: string; basis: string } | null
  accepted_on: string | null; due_on: string | null; due_provisional: boolean; closed_on: string | null; suspended_since: string | null
  is_milestone: boolean; parallel: boolean; after: string[]; soft_after: string[]; blocked_by: Named[]; whose: string
  actions: Action[]; version: number
}
interface Contact { id: number; name: string; role: string; role_name: string; phone: string; phone_masked: boolean; preference_name: string }
interface Project extends Omit<ProjectRow, 'enterprise'> {
  enterprise: { id: number; name: string; contacts: Contact[] }
  investment_wan: number | null; opened_on: string; target_days: number; net_days: number
  mandate: { no: string; signed_on: string; ends_on: string; stages: string; valid: boolean } | null
  support_agent: { id: number; name: string } | null; query_code: string; progress_url: string
  stages: { n: number; name: string; done: number; total: number; budget_days: number }[]
  steps: Step[]; messages: { id: number; to: string; text: string; status: string; status_name: string; at: string }[]
}
interface JournalEvent {
  stream: string; seq: number; kind: string; occurred_at: string; recorded_at: string
  actor: { id: number; name: string } | null; source: string; payload: Record<string, unknown>; sentence: string; late: boolean
}
interface InboxItem extends Omit<JournalEvent, 'late'> { project_id: number | null }
interface StepBody {
  seen: number; occurred_at?: string | null; source?: string; evidence?: string; note?: string
  special?: string; announced_days?: number; materials?: string[]; due_on?: string
}
interface StepDone { project_id: number; version: number; event: JournalEvent; step: Step; opened: string[] }
interface Ok<T> { 200: { headers: Record<string, unknown>; content: { 'application/json': T } } }
interface Created<T> { 201: { headers: Record<string, unknown>; content: { 'application/json': T } } }
interface Empty { 204: { headers: Record<string, unknown>; content?: never } }
interface Get<T, Q = never> { parameters: { query?: Q }; responses: Ok<T> }
interface Body<T> { content: { 'application/json': T } }

export interface paths {
  '/api/session': {
    get: Get<Session>
    post: { requestBody: Body<{ username: string; password: string }>; responses: Ok<Session> }
    delete: { responses: Empty }
  }
  '/api/projects': {
    get: Get<ProjectPage, { q?: string; lamp?: string; category?: string; district?: string; page?: number; size?: number }>
  }
  '/api/projects/{project_id}': { get: { parameters: { path: { project_id: number } }; responses: Ok<Project> } }
  '/api/projects/{project_id}/events': {
    get: {
      parameters: { path: { project_id: number }; query?: { before?: number; limit?: number } }
      responses: Ok<{ items: JournalEvent[]; next_before: number | null }>
    }
  }
  '/api/projects/{project_id}/steps/{code}/{action}': {
    post: {
      parameters: { path: { project_id: number; code: string; action: string }; header: { 'Idempotency-Key': string } }
      requestBody: Body<StepBody>; responses: Ok<StepDone>
    }
  }
  '/api/catalogue/categories': { get: Get<Named[]> }
  '/api/catalogue/districts': { get: Get<Named[]> }
  '/api/catalogue/specials': { get: Get<Named[]> }
  '/api/inbox': { get: Get<{ items: InboxItem[]; next_before: number | null; unread: number }, { before?: number; limit?: number }> }
  '/api/inbox/read': { post: { requestBody: Body<{ upto: number }>; responses: Ok<{ unread: number }> } }
  '/api/feedback': { post: { requestBody: Body<{ text: string; page: string }>; responses: Created<{ id: number }> } }
}
