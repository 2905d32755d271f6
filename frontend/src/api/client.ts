import createClient, { type Middleware } from 'openapi-fetch'
import type { paths } from './schema'
import { noAnswer, problemOf } from './problem'

const csrfToken = (): string => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? ''

let signedOut: () => void = () => undefined

/** The session store says here what happens when the server no longer knows us. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener
}

const middleware: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET') request.headers.set('X-CSRFToken', csrfToken())
    return request
  },
  async onResponse({ request, response }) {
    if (response.ok) return undefined
    const problem = await problemOf(response)
    if (response.status === 401 && !request.url.endsWith('/api/session')) signedOut()
    throw problem
  },
  onError() {
    return noAnswer()
  },
}

export const client = createClient<paths>({ credentials: 'same-origin', fetch: (request) => fetch(request) })
client.use(middleware)

/** The body of an answer; refusals were thrown by the middleware already. */
export function body<T>(answer: { data?: T }): T {
  return answer.data as T
}
