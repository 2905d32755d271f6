import { describe, expect, it } from 'vitest'
import { edges, layers, layout } from '@/project/graph'

const step = (code: string, after: string[] = [], soft_after: string[] = []) => ({ code, after, soft_after })
const PLAN = [step('a'), step('b', ['a']), step('c', ['a']), step('d', ['b', 'c', 'a']), step('e', ['d'], ['c'])]

describe('the layered drawing', () => {
  it('puts a step right of everything before it and parallel steps in one column', () => {
    expect([...layers(PLAN)]).toEqual([['a', 0], ['b', 1], ['c', 1], ['d', 2], ['e', 3]])
  })
  it('leaves out arrows that others already say', () => {
    expect(edges(PLAN).map(({ from, to }) => from + to)).toEqual(['ab', 'ac', 'bd', 'cd', 'de'])
  })
  it('marks a soft link', () => {
    expect(edges([step('a'), step('b', [], ['a'])])).toEqual([{ from: 'a', to: 'b', soft: true }])
  })
  it('gives every step its own place', () => {
    const { nodes, columns, rows } = layout(PLAN)
    expect(new Set(nodes.map(({ column, row }) => `${column}/${row}`)).size).toBe(PLAN.length)
    expect([columns, rows]).toEqual([4, 2])
    expect(nodes.every(({ row }) => row >= 0 && row < rows)).toBe(true)
  })
  it('survives a loop and a link to a step that is not there', () => {
    expect(() => layout([step('a', ['b']), step('b', ['a', 'gone'])])).not.toThrow()
  })
})
