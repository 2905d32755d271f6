import { body, client } from './client'
import type { InboxPage } from './types'

export const getInbox = async (before?: number): Promise<InboxPage> =>
  body(await client.GET('/api/inbox', { params: { query: { limit: 50, ...(before ? { before } : {}) } } }))

export const countUnread = async (): Promise<number> =>
  body(await client.GET('/api/inbox', { params: { query: { limit: 1 } } })).unread

export const markRead = async (upto: number): Promise<InboxPage> =>
  body(await client.POST('/api/inbox/read', { body: { upto } }))

export const sendFeedback = async (text: string, page: string): Promise<void> => {
  await client.POST('/api/feedback', { body: { text, page } })
}
