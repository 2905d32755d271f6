import { expect, it } from 'vitest'
import { problemOf } from '@/api/problem'
import { safeNext } from '@/router'

it.each([['/projects/4?step=S1', '/projects/4?step=S1'], ['//evil.example', '/projects'], ['/\\evil.example', '/projects'], ['https://evil.example', '/projects'], [undefined, '/projects']])(
  'after signing in «%s» leads to %s', (next, place) => expect(safeNext(next)).toBe(place))

it('turns an answer that is no problem JSON into a sentence', async () => {
  const problem = await problemOf(new Response('<html>Bad gateway</html>', { status: 503 }))
  expect(problem.message).toBe('服务正在重启，请稍后重试')
})
