import type { Lamp } from '@/api/types'

export type { Lamp }

/** The seven lamps, most urgent first: the order of the chips and of every list. */
export const LAMPS: readonly { lamp: Lamp; word: string }[] = [
  { lamp: 'DARK_RED', word: '超法定' },
  { lamp: 'RED', word: '超期' },
  { lamp: 'YELLOW', word: '临期' },
  { lamp: 'BLUE', word: '提示' },
  { lamp: 'PURPLE', word: '数据存疑' },
  { lamp: 'GREY', word: '暂停' },
  { lamp: 'GREEN', word: '正常' },
]

/** Working days left in words; the number and its unit are joined by a no-break space. */
export function daysInWords(days: number | null | undefined): string {
  if (days === null || days === undefined) return ''
  if (days === 0) return '今日到期'
  return days > 0 ? `剩\u00a0${days}\u00a0工作日` : `超\u00a0${-days}\u00a0工作日`
}

/** Who has to move next (球在谁手里). */
export const WHOSE: Record<string, string> = {
  DEPT: '部门办理',
  ENTERPRISE: '待企业',
  AGENT: '待帮办',
  SPECIAL: '特别程序',
}
