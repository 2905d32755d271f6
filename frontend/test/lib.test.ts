import { afterEach, describe, expect, it, vi } from 'vitest'
import { daysInWords } from '@/lib/lamps'
import { coalesced } from '@/lib/latest'
import { phoneInGroups } from '@/lib/phones'
import { clockOf, dayInWords, dayOf, daysFromToday, fromLocalInput, toLocalInput } from '@/lib/time'
import { uuid } from '@/lib/uuid'

const NOW = new Date('2026-11-23T20:30:00Z') // 04:30 of the 24th in Shanghai

describe('time is Shanghai time', () => {
  it('takes the day and the clock of Shanghai, not of the phone', () => {
    expect(dayOf(NOW)).toBe('2026-11-24')
    expect(clockOf(NOW)).toBe('04:30')
  })
  it.each([['2026-11-24', '今天'], ['2026-11-25', '明天'], ['2026-11-23', '昨天'], ['2026-12-01', '12月1日'], ['2027-01-04', '2027年1月4日']])(
    '%s is %s', (day, words) => expect(dayInWords(day, NOW)).toBe(words))
  it('counts days across a month', () => expect(daysFromToday('2026-12-01', NOW)).toBe(7))
  it('goes to the input and back without moving', () => expect(new Date(fromLocalInput(toLocalInput(NOW)))).toEqual(NOW))
})

describe('words', () => {
  it.each([[3, '剩\u00a03\u00a0工作日'], [0, '今日到期'], [-2, '超\u00a02\u00a0工作日'], [null, '']])('%s days: «%s»', (days, words) =>
    expect(daysInWords(days)).toBe(words))
  it('groups a mobile number and leaves a masked one alone', () => {
    expect(phoneInGroups('+8613800000002')).toBe('138\u00a00000\u00a00002')
    expect(phoneInGroups('138****0002')).toBe('138****0002')
  })
})

describe('a random key', () => {
  afterEach(() => vi.unstubAllGlobals())
  it('is a version 4 UUID also where crypto.randomUUID is missing', () => {
    vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array) => bytes.fill(255) })
    expect(uuid()).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff')
  })
})

describe('many wishes, one run', () => {
  afterEach(() => void vi.useRealTimers())
  it('makes one run of a burst and one more for a wish during the run', async () => {
    vi.useFakeTimers()
    let runs = 0
    let finish: () => void = () => undefined
    const { poke } = coalesced(() => new Promise((resolve) => ((runs += 1), (finish = resolve))))
    poke()
    poke()
    await vi.advanceTimersByTimeAsync(80)
    expect(runs).toBe(1)
    poke()
    await vi.advanceTimersByTimeAsync(80)
    expect(runs).toBe(1)
    finish()
    await vi.advanceTimersByTimeAsync(80)
    expect(runs).toBe(2)
  })
})
