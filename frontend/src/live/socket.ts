import { Backoff } from './backoff'
import { CLOSE, readFrame, type ClientFrame, type ServerFrame } from './protocol'
import { WatchedStream, type Listener } from './streams'

export type LiveStatus = 'live' | 'catching-up' | 'offline'

export interface LiveOptions {
  open: () => WebSocket
  onStatus: (status: LiveStatus) => void
  /** The server says that nobody is signed in here any more. */
  onSignedOut: () => void
  /** The door stayed shut twice in a row: ask HTTP whether we are still signed in. */
  onRefused: () => void
  random?: () => number
}

const SILENCE = 45_000
const PING_EVERY = 20_000
const DOUBT = 5_000 // after waking up, how long a socket may stay silent before it counts as dead
const OPEN = 1 // WebSocket.OPEN

/**
 * One socket, several streams. What it promises: every listener sees each event of its stream once and in order,
 * or is told to load by HTTP (`resync`). It says that something moved; what moved is for HTTP to say.
 */
export class LiveSocket {
  private readonly streams = new Map<string, WatchedStream>()
  private readonly backoff: Backoff
  private socket: WebSocket | null = null
  private greeted = false
  private wanted = false
  private retry: ReturnType<typeof setTimeout> | undefined
  private silence: ReturnType<typeof setTimeout> | undefined
  private pinger: ReturnType<typeof setInterval> | undefined

  constructor(private readonly options: LiveOptions) {
    this.backoff = new Backoff(options.random)
  }

  start(): void {
    this.wanted = true
    if (!this.socket) this.connect()
  }

  stop(): void {
    this.wanted = false
    clearTimeout(this.retry)
    this.drop()
    this.streams.clear()
    this.backoff.reset()
    this.options.onStatus('offline')
  }

  /** `since` is the last number the caller has (-1: only what comes from now on). Returns the way to stop. */
  watch(name: string, since: number, listener: Listener): () => void {
    const known = this.streams.get(name)
    const stream = known ?? new WatchedStream(since)
    stream.listeners.add(listener)
    if (!known) {
      this.streams.set(name, stream)
      this.send({ t: 'watch', streams: { [name]: since } })
    } else if (since >= 0 && since < stream.last) {
      listener.resync?.(stream.last) // it loaded before the others did; what it missed has already gone by
    }
    this.report()
    return () => this.leave(name, listener)
  }

  /** The network is back or the page is looked at again: do not wait for timers that slept meanwhile. */
  wake(): void {
    if (!this.wanted) return
    this.backoff.reset()
    if (this.socket?.readyState === OPEN && this.greeted) {
      this.send({ t: 'ping' })
      this.expectWithin(DOUBT)
    } else {
      this.reconnect(0)
    }
  }

  private leave(name: string, listener: Listener): void {
    const stream = this.streams.get(name)
    if (!stream?.listeners.delete(listener) || stream.listeners.size) return
    this.streams.delete(name)
    this.send({ t: 'unwatch', streams: [name] })
    this.report()
  }

  private connect(): void {
    clearTimeout(this.retry)
    this.greeted = false
    const socket = this.options.open()
    this.socket = socket
    socket.onmessage = (message) => this.socket === socket && this.receive(readFrame(message.data))
    socket.onclose = (close) => this.socket === socket && this.closed(close.code)
    this.expectWithin(SILENCE)
    this.report()
  }

  private receive(frame: ServerFrame | null): void {
    this.expectWithin(SILENCE)
    if (!frame) return
    if (frame.t === 'hello') this.greet()
    else if (frame.t === 'ping') this.send({ t: 'ping' })
    else if (frame.t !== 'pong') this.route(frame)
  }

  private greet(): void {
    this.greeted = true
    this.backoff.reset()
    clearInterval(this.pinger)
    this.pinger = setInterval(() => this.send({ t: 'ping' }), PING_EVERY)
    const streams = Object.fromEntries([...this.streams].map(([name, stream]) => [name, stream.last]))
    if (this.streams.size) this.send({ t: 'watch', streams })
    this.report()
  }

  private route(frame: Exclude<ServerFrame, { t: 'hello' | 'ping' | 'pong' }>): void {
    const stream = this.streams.get(frame.stream)
    if (!stream) return
    if (frame.t === 'denied') {
      this.streams.delete(frame.stream)
      stream.deny()
    } else if (frame.t === 'resync') {
      stream.restart(frame.seq)
    } else if ((frame.t === 'event' ? stream.take(frame) : stream.settle(frame.seq)) === 'gap') {
      this.reconnect(0) // ask again from the last number that is certain
    }
    this.report()
  }

  private closed(code: number): void {
    const neverGreeted = !this.greeted
    this.drop()
    if (!this.wanted) return
    if (code === CLOSE.SIGNED_OUT) {
      this.stop()
      this.options.onSignedOut()
      return
    }
    if (neverGreeted && this.backoff.count === 2) this.options.onRefused()
    this.reconnect(this.backoff.next())
  }

  private reconnect(delay: number): void {
    this.drop()
    clearTimeout(this.retry)
    if (!delay) return this.connect()
    this.retry = setTimeout(() => this.connect(), delay)
    this.report()
  }

  private drop(): void {
    clearTimeout(this.silence)
    clearInterval(this.pinger)
    const socket = this.socket
    this.socket = null
    this.greeted = false
    for (const stream of this.streams.values()) stream.live = false
    socket?.close()
  }

  private expectWithin(milliseconds: number): void {
    clearTimeout(this.silence)
    this.silence = setTimeout(() => this.reconnect(this.backoff.next()), milliseconds)
  }

  private send(frame: ClientFrame): void {
    if (this.socket?.readyState === OPEN && this.greeted) this.socket.send(JSON.stringify(frame))
  }

  private report(): void {
    if (!this.socket || !this.greeted) this.options.onStatus(this.backoff.count || !this.socket ? 'offline' : 'catching-up')
    else this.options.onStatus([...this.streams.values()].every((stream) => stream.live) ? 'live' : 'catching-up')
  }
}
