import { computed, onScopeDispose, ref } from 'vue'
import { getInbox, markRead } from '@/api/inbox'
import { asProblem, type Problem } from '@/api/problem'
import type { InboxItem, InboxPage } from '@/api/types'
import { coalesced } from '@/lib/latest'
import { dayOf } from '@/lib/time'
import { useStreams } from '@/live'
import { useSession } from '@/session/store'

/** The inbox, newest first, grouped by day; new ones come in by themselves. */
export function useInbox() {
  const session = useSession()
  const items = ref<InboxItem[]>([])
  const before = ref<number | null>(null)
  const problem = ref<Problem | null>(null)
  const loaded = ref(false)
  const readUpTo = ref(0)

  const days = computed(() => {
    const groups = new Map<string, InboxItem[]>()
    for (const item of items.value) {
      const day = dayOf(item.recorded_at)
      groups.set(day, [...(groups.get(day) ?? []), item])
    }
    return [...groups].map(([day, entries]) => ({ day, entries }))
  })

  async function load(): Promise<void> {
    try {
      const page = await getInbox()
      const known = new Set(page.items.map((item) => item.seq))
      items.value = [...page.items, ...items.value.filter((item) => !known.has(item.seq))]
      if (!loaded.value) before.value = page.next_before
      take(page)
      problem.value = null
      loaded.value = true
      follow()
    } catch (thrown) {
      problem.value = asProblem(thrown)
    }
  }

  async function more(): Promise<void> {
    if (!before.value) return
    try {
      const page = await getInbox(before.value)
      items.value = [...items.value, ...page.items]
      before.value = page.next_before
    } catch (thrown) {
      problem.value = asProblem(thrown)
    }
  }

  function take({ unread, upto }: InboxPage): void {
    session.unread = unread
    readUpTo.value = upto
  }

  async function read(upto: number): Promise<void> {
    if (upto <= readUpTo.value) return
    try {
      take(await markRead(upto))
    } catch (thrown) {
      problem.value = asProblem(thrown)
    }
  }

  const isUnread = (item: InboxItem): boolean => item.seq > readUpTo.value
  const reload = coalesced(load)
  const streams = useStreams(() => ({ moved: reload.poke, resync: reload.poke }))

  function follow(): void {
    const stream = session.user?.inbox_stream
    if (stream) streams.set({ [stream]: items.value[0]?.seq ?? 0 })
  }

  onScopeDispose(reload.stop)
  void load()
  return { days, before, problem, loaded, isUnread, load, more, read, newest: computed(() => items.value[0]?.seq ?? 0) }
}
