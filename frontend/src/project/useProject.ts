import { computed, onScopeDispose, ref } from 'vue'
import { getEvents, getProject } from '@/api/projects'
import { asProblem, type Problem } from '@/api/problem'
import type { Project, ProjectEvent } from '@/api/types'
import { coalesced } from '@/lib/latest'
import { dayOf } from '@/lib/time'
import { useStreams } from '@/live'
import { useDelivery } from './delivery'

const FLASH = 2400

/** One project with its timeline, kept true by its stream: the socket says «moved», HTTP says what. */
export function useProject(id: number) {
  const project = ref<Project | null>(null)
  const events = ref<ProjectEvent[]>([])
  const before = ref<number | null>(null)
  const problem = ref<Problem | null>(null)
  const loadedAt = ref<Date | null>(null)
  const moved = ref<string | null>(null)
  let timelineRead = false

  const days = computed(() => {
    const groups = new Map<string, ProjectEvent[]>()
    for (const event of events.value) {
      const day = dayOf(event.occurred_at)
      groups.set(day, [...(groups.get(day) ?? []), event])
    }
    return [...groups].map(([day, entries]) => ({ day, entries }))
  })

  async function load(): Promise<void> {
    try {
      const [found, page] = await Promise.all([getProject(id), getEvents(id)])
      project.value = found
      join(page.items)
      if (!timelineRead) before.value = page.next_before
      timelineRead = true
      loadedAt.value = new Date()
      problem.value = null
      streams.set({ [`project-${id}`]: found.version })
    } catch (thrown) {
      problem.value = asProblem(thrown)
      if (problem.value.status === 404) project.value = null
    }
  }

  /** Sorted by when things happened: what was entered late stands where it belongs. */
  function join(more: ProjectEvent[]): void {
    const bySeq = new Map([...events.value, ...more].map((event) => [event.seq, event]))
    events.value = [...bySeq.values()].sort((a, b) => Date.parse(b.occurred_at) - Date.parse(a.occurred_at) || b.seq - a.seq)
  }

  async function earlier(): Promise<void> {
    if (!before.value) return
    try {
      const page = await getEvents(id, before.value)
      join(page.items)
      before.value = page.next_before
    } catch (thrown) {
      problem.value = asProblem(thrown)
    }
  }

  const reload = coalesced(load)
  const streams = useStreams(() => ({
    moved: (event) => {
      moved.value = typeof event.payload?.step === 'string' ? event.payload.step : null
      setTimeout(() => (moved.value = null), FLASH)
      reload.poke()
    },
    resync: reload.poke,
    denied: reload.poke,
  }))

  /** The line of the timeline for an event, once it is loaded. */
  const sentenceOf = (seq: number): string => events.value.find((event) => event.seq === seq)?.sentence ?? ''

  useDelivery(project, reload.poke)
  onScopeDispose(reload.stop)
  void load()
  return { project, days, before, problem, loadedAt, moved, load, earlier, sentenceOf }
}
