// Everything on screen is Asia/Shanghai, whatever the phone is set to. Shanghai has had no daylight saving since 1991.
const ZONE = 'Asia/Shanghai'
const OFFSET = '+08:00'
const DAY = 86_400_000

const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
})
const weekday = new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, weekday: 'short' })

function pieces(at: Date): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, value]))
}

/** `2026-11-23` of an instant in Shanghai. */
export function dayOf(at: Date | string): string {
  const p = pieces(new Date(at))
  return `${p.year}-${p.month}-${p.day}`
}

/** `09:30` of an instant in Shanghai. */
export function clockOf(at: Date | string): string {
  const p = pieces(new Date(at))
  return `${p.hour}:${p.minute}`
}

/** Whole days from today to a day, both in Shanghai; negative in the past. */
export function daysFromToday(day: string, now = new Date()): number {
  return Math.round((Date.parse(day) - Date.parse(dayOf(now))) / DAY)
}

const NEAR: Record<number, string> = { [-1]: '昨天', 0: '今天', 1: '明天' }

/** 今天、明天、昨天, `11月30日`, or with the year where it is another one. */
export function dayInWords(day: string, now = new Date()): string {
  const near = NEAR[daysFromToday(day, now)]
  if (near) return near
  const [year, month, date] = day.split('-').map(Number)
  const short = `${month}月${date}日`
  return String(year) === dayOf(now).slice(0, 4) ? short : `${year}年${short}`
}

export function dayWithWeekday(day: string, now = new Date()): string {
  return `${dayInWords(day, now)} ${weekday.format(new Date(`${day}T12:00:00${OFFSET}`))}`
}

export function momentInWords(at: string, now = new Date()): string {
  return `${dayInWords(dayOf(at), now)} ${clockOf(at)}`
}

/** The value of an `<input type="datetime-local">` for an instant, and back. */
export function toLocalInput(at: Date): string {
  return `${dayOf(at)}T${clockOf(at)}`
}

export function fromLocalInput(value: string): string {
  return `${value}:00${OFFSET}`
}
