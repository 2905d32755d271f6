import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import type { Project } from '@/api/types'
import { PAUSES, onTheWay, useDelivery } from '@/project/delivery'

const withMessages = (...messages: { id: string; status: string }[]): Project => ({ messages }) as unknown as Project

describe('a message on its way', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is the newest that has neither arrived nor failed', () => {
    expect(onTheWay([{ id: '3', status: 'delivered' }, { id: '2', status: 'accepted' }, { id: '1', status: 'pending' }])).toBe('2')
    expect(onTheWay([{ id: '3', status: 'delivered' }, { id: '2', status: 'failed' }])).toBeNull()
  })

  it('has the project asked for until it arrives, and not a moment longer', async () => {
    const project = ref<Project | null>(null)
    const again = vi.fn()
    const scope = effectScope()
    scope.run(() => useDelivery(project, again))
    project.value = withMessages({ id: '1', status: 'accepted' })
    await nextTick()
    vi.advanceTimersByTime(PAUSES[0]!)
    expect(again).toHaveBeenCalledTimes(1)
    project.value = withMessages({ id: '1', status: 'delivered' })
    await nextTick()
    vi.advanceTimersByTime(120_000)
    expect(again).toHaveBeenCalledTimes(1)
    scope.stop()
  })

  it('that never arrives is given up, and asked for no more once the page is left', async () => {
    const project = ref<Project | null>(null)
    const again = vi.fn(() => { project.value = withMessages({ id: '1', status: 'accepted' }) })
    const scope = effectScope()
    scope.run(() => useDelivery(project, again))
    again()
    await nextTick()
    for (let round = 0; round < 20; round += 1) {
      vi.advanceTimersByTime(30_000)
      await nextTick()
    }
    expect(again).toHaveBeenCalledTimes(1 + PAUSES.length)
    scope.stop()
  })
})
