import { onScopeDispose, watch } from 'vue'
import { countUnread } from '@/api/inbox'
import { coalesced } from '@/lib/latest'
import { useStreams } from '@/live'
import { useSession } from '@/session/store'

/** Keeps the unread count right while the page is open: the socket says «moved», HTTP says how many. */
export function useInboxCount(): void {
  const session = useSession()
  const recount = coalesced(async () => {
    try {
      session.unread = await countUnread()
    } catch {
      // the next event or the next page asks again
    }
  })
  const streams = useStreams(() => ({ moved: recount.poke, resync: recount.poke }))
  watch(() => session.user?.inbox_stream, (stream) => {
    streams.set(stream ? { [stream]: -1 } : {})
    if (stream) recount.poke()
  }, { immediate: true })
  onScopeDispose(recount.stop)
}
