import type { LiveEvent } from './protocol'

export interface Listener {
  /** Something moved: `event` is the next one, in order, seen once. */
  moved?: (event: LiveEvent) => void
  /** Too much was missed to replay: load by HTTP, live goes on from `seq`. */
  resync?: (seq: number) => void
  /** Not there or not yours. */
  denied?: () => void
}

/** The verdict on one event: it was the next, it was known, or one before it is missing. */
export type Verdict = 'next' | 'known' | 'gap'

const FROM_NOW = -1

/** One watched stream: the last number seen, who listens, and whether replay is through. */
export class WatchedStream {
  readonly listeners = new Set<Listener>()
  live = false

  constructor(public last: number) {}

  take(event: LiveEvent): Verdict {
    if (this.last !== FROM_NOW && event.seq <= this.last) return 'known'
    if (this.last !== FROM_NOW && event.seq > this.last + 1) return 'gap'
    this.last = event.seq
    for (const listener of [...this.listeners]) listener.moved?.(event)
    return 'next'
  }

  /** Replay is done. A higher number than ours means that events were lost on the way. */
  settle(seq: number): Verdict {
    if (this.last === FROM_NOW) this.last = seq
    if (seq > this.last) return 'gap'
    this.live = true
    return 'next'
  }

  restart(seq: number): void {
    this.last = seq
    for (const listener of [...this.listeners]) listener.resync?.(seq)
  }

  deny(): void {
    for (const listener of [...this.listeners]) listener.denied?.()
  }
}
