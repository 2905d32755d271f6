/** The frames of `/ws`. Numbers are per stream and strictly ascending; replay and live look the same. */
export interface LiveEvent {
  t: 'event'
  stream: string
  seq: number
  kind?: string
  occurred_at?: string
  recorded_at?: string
  actor?: { id: number; name: string } | null
  source?: string
  payload?: Record<string, unknown>
}

export type ServerFrame =
  | LiveEvent
  | { t: 'hello'; heartbeat: number; user: number }
  | { t: 'live'; stream: string; seq: number }
  | { t: 'resync'; stream: string; seq: number }
  | { t: 'denied'; stream: string }
  | { t: 'ping' }
  | { t: 'pong' }

export type ClientFrame =
  | { t: 'watch'; streams: Record<string, number> }
  | { t: 'unwatch'; streams: string[] }
  | { t: 'ping' }

export const CLOSE = { SIGNED_OUT: 4401, NOT_ENTITLED: 4403, TOO_SLOW: 4408 } as const

export function readFrame(text: unknown): ServerFrame | null {
  if (typeof text !== 'string') return null
  try {
    const frame: unknown = JSON.parse(text)
    return frame && typeof frame === 'object' && 't' in frame ? (frame as ServerFrame) : null
  } catch {
    return null // a frame of another version: the gap it leaves is seen at the next number
  }
}
