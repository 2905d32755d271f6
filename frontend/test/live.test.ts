import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LiveSocket, type LiveStatus } from '@/live/socket'
import { FakeSocket } from './fake-socket'

const S = 'project-42'
let live: LiveSocket
let status: LiveStatus[]
let seen: number[]
const signedOut = vi.fn()
const refused = vi.fn()
const resync = vi.fn()
const denied = vi.fn()
const listener = { moved: (event: { seq: number }) => seen.push(event.seq), resync, denied }

beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.all = []
  status = []
  seen = []
  for (const spy of [signedOut, refused, resync, denied]) spy.mockReset()
  live = new LiveSocket({
    open: () => new FakeSocket() as unknown as WebSocket,
    onStatus: (next) => status.push(next), onSignedOut: signedOut, onRefused: refused, random: () => 1,
  })
})
afterEach(() => {
  live.stop()
  vi.useRealTimers()
})

function watching(since = 17): FakeSocket {
  live.start()
  live.watch(S, since, listener)
  FakeSocket.last.greet()
  return FakeSocket.last
}

describe('the order of events', () => {
  it('asks for what came after the number it has', () => {
    expect(watching().sent).toEqual([{ t: 'watch', streams: { [S]: 17 } }])
  })

  it('hands on replay and live once and in order, whatever is repeated', () => {
    const socket = watching()
    socket.event(S, 18, 19, 19, 18)
    socket.says({ t: 'live', stream: S, seq: 19 })
    socket.event(S, 20)
    expect(seen).toEqual([18, 19, 20])
  })

  it('opens a new socket on a gap, asks again from the last certain number, and loses nothing', () => {
    const first = watching()
    first.event(S, 18, 20)
    expect(seen).toEqual([18])
    const second = FakeSocket.last
    expect(second).not.toBe(first)
    second.greet()
    expect(second.sent).toEqual([{ t: 'watch', streams: { [S]: 18 } }])
    first.event(S, 21) // a late word of the old socket
    second.event(S, 19, 20, 21)
    expect(seen).toEqual([18, 19, 20, 21])
  })

  it('sees a gap at the end of the replay too', () => {
    watching().says({ t: 'live', stream: S, seq: 19 })
    expect(FakeSocket.all).toHaveLength(2)
  })

  it('goes on from the number of a resync and says that HTTP has to be asked', () => {
    const socket = watching()
    socket.says({ t: 'resync', stream: S, seq: 900 })
    socket.event(S, 901)
    expect(resync).toHaveBeenCalledWith(900)
    expect(seen).toEqual([901])
  })

  it('takes the first number as the start when only the future was wanted', () => {
    const socket = watching(-1)
    socket.says({ t: 'live', stream: S, seq: 55 })
    socket.event(S, 55, 56)
    expect(seen).toEqual([56])
  })
})

describe('several listeners', () => {
  it('tells one who comes with older data to load again', () => {
    const socket = watching()
    socket.event(S, 18)
    const late = vi.fn()
    live.watch(S, 17, { resync: late })
    expect(late).toHaveBeenCalledWith(18)
  })

  it('leaves a stream only when the last listener has gone', () => {
    const socket = watching()
    const leave = live.watch(S, 17, {})
    leave()
    expect(socket.sent).toHaveLength(1)
    live.watch('inbox-7', -1, {})()
    expect(socket.sent.at(-1)).toEqual({ t: 'unwatch', streams: ['inbox-7'] })
  })

  it('forgets a denied stream and tells its listener', () => {
    watching().says({ t: 'denied', stream: S })
    expect(denied).toHaveBeenCalledOnce()
  })
})

describe('a broken line', () => {
  it('tries again after 0.5 s, 1 s, 2 s … 30 s, and from 0.5 s after a greeting', () => {
    watching().breaks()
    for (const wait of [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]) {
      const count = FakeSocket.all.length
      vi.advanceTimersByTime(wait - 1)
      expect(FakeSocket.all).toHaveLength(count)
      vi.advanceTimersByTime(1)
      expect(FakeSocket.all).toHaveLength(count + 1)
      FakeSocket.last.breaks()
    }
  })

  it('resumes from the last number seen', () => {
    const first = watching()
    first.event(S, 18)
    first.breaks()
    vi.advanceTimersByTime(500)
    FakeSocket.last.greet()
    expect(FakeSocket.last.sent).toEqual([{ t: 'watch', streams: { [S]: 18 } }])
  })

  it('answers pings, sends its own every 20 s and gives up after 45 s of silence', () => {
    const socket = watching()
    socket.says({ t: 'ping' })
    expect(socket.sent.at(-1)).toEqual({ t: 'ping' })
    vi.advanceTimersByTime(44_999)
    expect(socket.sent.filter(({ t }) => t === 'ping')).toHaveLength(3)
    expect(socket.readyState).toBe(1)
    vi.advanceTimersByTime(1)
    expect(socket.readyState).toBe(3)
  })

  it('does not wait for the timer when the network is back', () => {
    watching().breaks()
    live.wake()
    expect(FakeSocket.all).toHaveLength(2)
  })

  it('doubts a socket that stays silent for 5 s after the phone woke up', () => {
    const socket = watching()
    live.wake()
    vi.advanceTimersByTime(5_000)
    expect(socket.readyState).toBe(3)
  })

  it('says 补齐中, 实时, 离线 as it is', () => {
    const socket = watching()
    expect(status.at(-1)).toBe('catching-up')
    socket.says({ t: 'live', stream: S, seq: 17 })
    expect(status.at(-1)).toBe('live')
    socket.breaks()
    expect(status.at(-1)).toBe('offline')
  })
})

describe('a closed door', () => {
  it('stops for good when signed out', () => {
    watching().breaks(4401)
    vi.advanceTimersByTime(120_000)
    expect(signedOut).toHaveBeenCalledOnce()
    expect(FakeSocket.all).toHaveLength(1)
  })

  it('comes back after «no longer entitled» and lets the server deny the stream', () => {
    watching().breaks(4403)
    vi.advanceTimersByTime(500)
    FakeSocket.last.greet()
    FakeSocket.last.says({ t: 'denied', stream: S })
    expect(denied).toHaveBeenCalledOnce()
  })

  it('asks HTTP who we are when the door stays shut', () => {
    watching().breaks()
    for (const wait of [500, 1000, 2000]) {
      vi.advanceTimersByTime(wait)
      FakeSocket.last.breaks()
    }
    expect(refused).toHaveBeenCalledOnce()
  })
})
