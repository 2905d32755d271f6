import type { Step } from '@/api/types'

type Node = Pick<Step, 'code' | 'after' | 'soft_after'>

export interface Placed { code: string; column: number; row: number }
export interface Edge { from: string; to: string; soft: boolean }
export interface Layout { nodes: Placed[]; edges: Edge[]; columns: number; rows: number }

/** Layer of every step: one further right than the last of those before it. A loop (bad data) ends at the step it began with. */
export function layers(steps: readonly Node[]): Map<string, number> {
  const byCode = new Map(steps.map((step) => [step.code, step]))
  const found = new Map<string, number>()
  function layerOf(code: string, path: Set<string>): number {
    const known = found.get(code)
    if (known !== undefined) return known
    const step = byCode.get(code)
    if (!step || path.has(code)) return -1
    path.add(code)
    const layer = 1 + Math.max(-1, ...before(step).map((earlier) => layerOf(earlier, path)))
    path.delete(code)
    found.set(code, layer)
    return layer
  }
  for (const step of steps) layerOf(step.code, new Set())
  return found
}

const before = (step: Node): string[] => [...step.after, ...step.soft_after]

/** Arrows without the shortcuts: a → c is left out where a → b → c says it already. */
export function edges(steps: readonly Node[]): Edge[] {
  const byCode = new Map(steps.map((step) => [step.code, step]))
  const reach = new Map<string, Set<string>>()
  function ancestors(code: string, path = new Set<string>()): Set<string> {
    const known = reach.get(code)
    if (known) return known
    const all = new Set<string>()
    const step = byCode.get(code)
    if (!step || path.has(code)) return all
    path.add(code)
    for (const earlier of before(step)) {
      all.add(earlier)
      for (const further of ancestors(earlier, path)) all.add(further)
    }
    reach.set(code, all)
    return all
  }
  return steps.flatMap((step) => {
    const earlier = before(step).filter((code) => byCode.has(code))
    const direct = earlier.filter((code) => !earlier.some((other) => other !== code && ancestors(other).has(code)))
    return direct.map((code) => ({ from: code, to: step.code, soft: !step.after.includes(code) }))
  })
}

const MEAN = (numbers: number[]): number => numbers.reduce((sum, n) => sum + n, 0) / numbers.length

/** Columns by layer; within a column near the mean row of what comes before, so that few arrows cross. */
export function layout(steps: readonly Node[]): Layout {
  const layerOf = layers(steps)
  const arrows = edges(steps)
  const columns: string[][] = []
  for (const step of steps) (columns[layerOf.get(step.code) ?? 0] ??= []).push(step.code)
  const rows = Math.max(1, ...columns.map((column) => column.length))
  const rowOf = new Map<string, number>()
  columns.forEach((column, index) => {
    const wish = (code: string): number => {
      const sources = arrows.filter((arrow) => arrow.to === code).flatMap((arrow) => rowOf.get(arrow.from) ?? [])
      return sources.length ? MEAN(sources) : column.indexOf(code) + (rows - column.length) / 2
    }
    const sorted = column.map((code) => ({ code, wish: index ? wish(code) : column.indexOf(code) })).sort((a, b) => a.wish - b.wish)
    const middle = MEAN(sorted.map(({ wish: row }) => row))
    const top = Math.min(rows - column.length, Math.max(0, Math.round(middle - (column.length - 1) / 2)))
    sorted.forEach(({ code }, position) => rowOf.set(code, top + position))
  })
  const nodes = steps.map(({ code }) => ({ code, column: layerOf.get(code) ?? 0, row: rowOf.get(code) ?? 0 }))
  return { nodes, edges: arrows, columns: columns.length, rows }
}
