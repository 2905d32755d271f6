import { computed, onScopeDispose, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { listCategories, listDistricts, listProjects } from '@/api/projects'
import { asProblem, type Problem } from '@/api/problem'
import type { Choice, ProjectPage, ProjectQuery } from '@/api/types'
import { coalesced } from '@/lib/latest'
import { useStreams } from '@/live'

const FILTERS = ['q', 'lamp', 'category', 'district'] as const
export type Filter = (typeof FILTERS)[number]
const FLASH = 2400

/** The list: filters live in the URL, the page follows every project it shows. */
export function useProjects() {
  const route = useRoute()
  const router = useRouter()
  const page = ref<ProjectPage | null>(null)
  const problem = ref<Problem | null>(null)
  const busy = ref(false)
  const loadedAt = ref<Date | null>(null)
  const moved = ref(new Set<number>())
  const news = ref('')

  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  const query = computed<ProjectQuery>(() => {
    const filters = FILTERS.map((name) => [name, text(route.query[name])]).filter(([, value]) => value)
    const number = Number(text(route.query.page))
    return { ...Object.fromEntries(filters), ...(number > 1 ? { page: number } : {}) }
  })

  let asked = 0
  async function load(): Promise<void> {
    const turn = ++asked
    busy.value = true
    try {
      const answer = await listProjects(query.value)
      if (turn !== asked) return // a newer question is under way; an old answer must not replace its own
      page.value = answer
      loadedAt.value = new Date()
      problem.value = null
      streams.set(Object.fromEntries(answer.items.map((row) => [`project-${row.id}`, row.version])))
    } catch (thrown) {
      if (turn === asked) problem.value = asProblem(thrown)
    } finally {
      if (turn === asked) busy.value = false
    }
  }

  const reload = coalesced(load)
  const streams = useStreams((stream) => {
    const id = Number(stream.split('-')[1])
    return { moved: () => announce(id), resync: reload.poke, denied: reload.poke }
  })

  function announce(id: number): void {
    reload.poke()
    moved.value = new Set(moved.value).add(id)
    news.value = `${page.value?.items.find((row) => row.id === id)?.short_name ?? '项目'}有新进展`
    setTimeout(() => {
      const rest = new Set(moved.value)
      rest.delete(id)
      moved.value = rest
    }, FLASH)
  }

  /** Another filter starts at page 1; typing replaces the address instead of piling up history. */
  function filter(name: Filter | 'page', value: string): void {
    const { page: _page, ...kept } = route.query
    const next = { ...kept, [name]: value || undefined }
    void router.replace({ query: next })
  }

  const clear = (): void => void router.replace({ query: {} })

  watch(query, load, { immediate: true })
  onScopeDispose(reload.stop)
  return { page, problem, busy, loadedAt, moved, news, query, load, filter, clear }
}

/** Words for the two lists of choices; without them the filters simply offer nothing to choose. */
export function useChoices() {
  const categories = ref<Choice[]>([])
  const districts = ref<Choice[]>([])
  const nothing = (): Choice[] => []
  void listCategories().catch(nothing).then((found) => (categories.value = found))
  void listDistricts().catch(nothing).then((found) => (districts.value = found))
  return { categories, districts }
}
