/** A refusal as the server words it (application/problem+json), or the lack of any answer. */
export interface Change {
  seq: number
  kind: string
  occurred_at: string
  sentence?: string
  actor?: { name: string } | null
  payload?: Record<string, unknown>
}

interface ProblemJson {
  code?: string
  title?: string
  status?: number
  field?: string
  changes?: Change[]
  retry_after?: number
  request_id?: string
}

export class Problem extends Error {
  readonly code: string
  readonly status: number
  readonly field: string | undefined
  readonly changes: Change[]
  readonly retryAfter: number | undefined

  constructor(json: ProblemJson) {
    super(json.title ?? '操作没有完成，请稍后再试')
    this.name = 'Problem'
    this.code = json.code ?? 'unknown'
    this.status = json.status ?? 0
    this.field = json.field
    this.changes = json.changes ?? []
    this.retryAfter = json.retry_after
  }

  get unanswered(): boolean {
    return this.code === 'network'
  }
}

export const noAnswer = (): Problem =>
  new Problem({ code: 'network', title: navigator.onLine ? '服务器没有答复，请稍后重试' : '网络已断开，联网后请重试' })

const BY_STATUS: Record<number, string> = {
  401: '登录已失效，请重新登录',
  403: '您没有办理这项操作的权限',
  404: '没有找到，或者不在您的查看范围内',
  413: '提交的内容过大，请删减后再试',
  429: '操作过于频繁，请稍后再试',
  503: '服务正在重启，请稍后重试',
}

/** Never throws: an answer that is no problem JSON (a proxy's page) still becomes a sentence one can act on. */
export async function problemOf(response: Response): Promise<Problem> {
  const fallback = { status: response.status, title: BY_STATUS[response.status] ?? '服务器出错，请稍后重试' }
  try {
    const json: unknown = await response.clone().json()
    return new Problem(json && typeof json === 'object' ? { ...fallback, ...json } : fallback)
  } catch {
    return new Problem(fallback)
  }
}

/** Anything that was thrown, as a Problem; a bug stays a bug. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  throw thrown
}
