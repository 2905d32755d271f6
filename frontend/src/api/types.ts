import type { paths } from './schema'

// Every name is cut out of a path, so a change of the API shows up as a type error where it hurts.
type Answer<Operation> = Operation extends { responses: { 200: { content: { 'application/json': infer T } } } } ? T : never
export type Lamp = 'GREEN' | 'BLUE' | 'YELLOW' | 'RED' | 'DARK_RED' | 'GREY' | 'PURPLE'

export type Session = Answer<paths['/api/session']['get']>
export type Me = NonNullable<Session['user']>
/** The schema says «string or null»; these seven are what the server sends (null: nothing is watched). */
type Lit<T> = Omit<T, 'lamp'> & { lamp: Lamp | null }
type RawPage = Answer<paths['/api/projects']['get']>
export type ProjectRow = Lit<RawPage['items'][number]>
export type ProjectPage = Omit<RawPage, 'items'> & { items: ProjectRow[] }
export type ProjectQuery = NonNullable<paths['/api/projects']['get']['parameters']['query']>
type RawProject = Answer<paths['/api/projects/{project_id}']['get']>
export type Step = Lit<RawProject['steps'][number]>
export type Project = Omit<Lit<RawProject>, 'steps'> & { steps: Step[] }
export type StepAction = Step['actions'][number]
export type Stage = Project['stages'][number]
export type Contact = Project['enterprise']['contacts'][number]
export type SmsMessage = Project['messages'][number]
export type EventPage = Answer<paths['/api/projects/{project_id}/events']['get']>
export type ProjectEvent = EventPage['items'][number]
type StepCall = paths['/api/projects/{project_id}/steps/{code}/{name}']['post']
export type StepDone = Omit<Answer<StepCall>, 'step'> & { step: Step }
export type StepBody = StepCall['requestBody']['content']['application/json']
export type InboxPage = Answer<paths['/api/inbox']['get']>
export type InboxItem = InboxPage['items'][number]
export type Choice = { code: string; name: string }
