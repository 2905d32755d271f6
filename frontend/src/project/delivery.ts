import { onScopeDispose, watch, type Ref } from 'vue'
import type { Project } from '@/api/types'

/** Seconds of waiting grow: receipts usually come within a few, and none is worth asking for all day. */
export const PAUSES = [2_000, 4_000, 8_000, 15_000, 30_000]
const ON_THE_WAY = new Set(['pending', 'sending', 'uncertain', 'accepted'])

/** The newest message that has not arrived yet. */
export function onTheWay(messages: readonly { id: string; status: string }[]): string | null {
  return messages.find(({ status }) => ON_THE_WAY.has(status))?.id ?? null
}

/** Receipts of carriers are no events of the project, so while a message is on its way the project is asked for again. */
export function useDelivery(project: Readonly<Ref<Project | null>>, again: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let awaited: string | null = null
  let asked = 0
  watch(project, (found) => {
    clearTimeout(timer)
    const id = onTheWay(found?.messages ?? [])
    if (id !== awaited) asked = 0
    awaited = id
    const pause = id === null ? undefined : PAUSES[asked]
    if (pause === undefined) return
    asked += 1
    timer = setTimeout(again, pause)
  })
  onScopeDispose(() => clearTimeout(timer))
}
