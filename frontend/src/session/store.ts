import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { onSignedOut } from '@/api/client'
import * as api from '@/api/session'
import type { Session } from '@/api/types'
import { goLive, goQuiet } from '@/live'

const NOBODY: Session = { user: null, bureau: { name: '', phone: '' }, demo: false, sandbox_url: '' }

/** Who is signed in here. The server decides; this only remembers its last word. */
export const useSession = defineStore('session', () => {
  const session = ref<Session>(NOBODY)
  const expired = ref(false)
  const unread = ref(0)
  let loaded: Promise<void> | undefined

  const user = computed(() => session.value.user)
  const may = (capability: string): boolean => user.value?.capabilities.includes(capability) ?? false

  function take(next: Session): void {
    session.value = next
    if (!next.user) unread.value = 0
    if (next.user) {
      expired.value = false
      goLive({ signedOut: lose, refused: () => void reload() })
    } else {
      goQuiet()
    }
  }

  async function reload(): Promise<void> {
    const was = user.value
    try {
      take(await api.getSession())
    } catch {
      return // no network: keep what we know, the socket goes on trying
    }
    if (was && !user.value) expired.value = true
  }

  function load(): Promise<void> {
    loaded ??= api.getSession().then(take).catch((error: unknown) => {
      loaded = undefined
      throw error
    })
    return loaded
  }

  /** Signed out elsewhere, disabled, or the working day is over. */
  function lose(): void {
    if (!user.value) return
    take({ ...session.value, user: null })
    expired.value = true
  }

  async function signIn(username: string, password: string): Promise<void> {
    take(await api.signIn(username, password))
  }

  async function signOut(): Promise<void> {
    await api.signOut()
    take({ ...session.value, user: null })
  }

  onSignedOut(lose)
  return { session, user, unread, expired, may, load, signIn, signOut }
})
