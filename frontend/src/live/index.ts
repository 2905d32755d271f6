import { onScopeDispose, readonly, ref } from 'vue'
import { LiveSocket, type LiveStatus } from './socket'
import type { Listener } from './streams'

const status = ref<LiveStatus>('catching-up')
let signedOut: () => void = () => undefined
let refused: () => void = () => undefined

const live = new LiveSocket({
  open: () => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`),
  onStatus: (next) => (status.value = next),
  onSignedOut: () => signedOut(),
  onRefused: () => refused(),
})

addEventListener('online', () => live.wake())
addEventListener('pageshow', (event) => event.persisted && live.wake())
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && live.wake())

/** 实时 / 补齐中 / 离线, for everything watched on this page. */
export const liveStatus = readonly(status)

export function goLive(on: { signedOut: () => void; refused: () => void }): void {
  signedOut = on.signedOut
  refused = on.refused
  live.start()
}

export const goQuiet = (): void => live.stop()

export interface Watching {
  /** Watch exactly these streams, each from its number; those no longer named are left. */
  set: (streams: Record<string, number>) => void
}

/** Streams watched as long as the component lives. */
export function useStreams(listenerFor: (stream: string) => Listener): Watching {
  const leaving = new Map<string, () => void>()

  function set(streams: Record<string, number>): void {
    for (const [name, leave] of leaving) {
      if (name in streams) continue
      leave()
      leaving.delete(name)
    }
    for (const [name, since] of Object.entries(streams)) {
      if (!leaving.has(name)) leaving.set(name, live.watch(name, since, listenerFor(name)))
    }
  }

  onScopeDispose(() => set({}))
  return { set }
}
