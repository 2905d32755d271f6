import { body, client } from './client'
import type { Session } from './types'

export const getSession = async (): Promise<Session> => body(await client.GET('/api/session'))

export const signIn = async (username: string, password: string): Promise<Session> =>
  body(await client.POST('/api/session', { body: { username, password } }))

export const signOut = async (): Promise<void> => {
  await client.DELETE('/api/session')
}
