import { ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { asProblem } from '@/api/problem'
import { safeNext } from '@/router'
import { useSession } from './store'

/** The sign-in form: its fields, its one error, and where to go afterwards. */
export function useSignIn() {
  const session = useSession()
  const route = useRoute()
  const router = useRouter()
  const username = ref('')
  const password = ref('')
  const error = ref('')
  const busy = ref(false)

  async function submit(): Promise<void> {
    if (busy.value) return
    error.value = username.value && password.value ? '' : '请填写账号和密码'
    if (error.value) return
    busy.value = true
    try {
      await session.signIn(username.value.trim(), password.value)
      await router.replace(safeNext(route.query.next))
    } catch (thrown) {
      error.value = asProblem(thrown).message
    } finally {
      busy.value = false
    }
  }

  return { username, password, error, busy, submit }
}
