import { describe, expect, it } from 'vitest'
import { Exhibit, type ExhibitInput } from '../../../../src-main/contract/exhibits.ts'
import { bestRows, formatCell, sortedRows } from '../../../../src-renderer/features/exhibits/cell-format.ts'
import { curveSeries, steadyRanges } from '../../../../src-renderer/features/exhibits/curve-series.ts'
import { decodePixels } from '../../../../src-renderer/features/exhibits/decode-pixels.ts'
import { exhibitGroups } from '../../../../src-renderer/features/exhibits/exhibit-groups.ts'
import { shownClasses, soften, topOf } from '../../../../src-renderer/features/exhibits/soften.ts'
import {
  negated,
  openAbove,
  placeTree,
  rulesOf,
  type Tree,
} from '../../../../src-renderer/features/exhibits/tree-shape.ts'
import { processorTime } from '../../../support/processor-time.ts'

const exhibit = (more: ExhibitInput): Exhibit => Exhibit.parse(more)
const text = (id: string, level: 'info' | 'warn' | 'good' = 'info') =>
  exhibit({ kind: 'text', id, title: id, words: '', level })

describe('groups of exhibits', () => {
  it('put warnings of any kind first and keep the order within', () => {
    const table = exhibit({ kind: 'table', id: 't', title: 't', words: '', level: 'warn', columns: [], rows: [] })
    const groups = exhibitGroups([text('a'), table, text('b', 'good'), text('c', 'warn')])
    expect(groups.map(({ title, exhibits }) => [title, exhibits.map((one) => one.id)])).toEqual([
      ['Needs attention', ['t', 'c']],
      ['In words', ['a', 'b']],
    ])
  })
})

describe('tables', () => {
  const table = {
    rows: [
      ['a', 0.5],
      ['b', null],
      ['c', 0.75],
      ['d', 0.75],
    ] satisfies (string | number | null)[][],
  }

  it('mark the best rows, several where they are equal, none where nothing is better', () => {
    expect([...bestRows(table, 1, 'higher')]).toEqual([2, 3])
    expect([...bestRows(table, 1, 'lower')]).toEqual([0])
    expect([...bestRows(table, 1, undefined)]).toEqual([])
    expect([...bestRows({ rows: [[1], [1]] }, 0, 'higher')]).toEqual([])
  })

  it('sort by a column with empty cells last either way', () => {
    expect(sortedRows(table, 1, true)).toEqual([2, 3, 0, 1])
    expect(sortedRows(table, 1, false)).toEqual([0, 2, 3, 1])
    expect(sortedRows(table, 0, true)).toEqual([3, 2, 1, 0])
  })

  it('write numbers with their unit', () => {
    const plain = (value: string) => value.replaceAll(/\s/g, ' ')
    expect(plain(formatCell(0.9341, 'percent'))).toBe('93.4 %')
    expect(plain(formatCell(200, 'seconds'))).toBe('3 min 20 s')
    expect(plain(formatCell(12345, 'count'))).toBe('12,345')
    expect(formatCell(null, 'number')).toBe('–')
    expect(formatCell('teacher', 'number')).toBe('teacher')
  })
})

describe('curves', () => {
  it('rise in x with their bands, and leave out what a logarithmic axis cannot show', () => {
    const [series] = curveSeries(
      [{ name: 'a', x: [2, 0, 1], y: [20, 0, 10], low: [19, -1, 9], high: [21, 1, 11], style: 'points' }],
      true,
    )
    expect(series).toMatchObject({ x: [1, 2], y: [10, 20], lineless: true, band: { low: [9, 19], high: [11, 21] } })
  })

  it('of a scrubber share their axes', () => {
    const { x, y } = steadyRanges([
      { series: [{ x: [0, 1], y: [0, 1] }] },
      { series: [{ x: [-1, 1], y: [5, Number.NaN] }] },
    ])
    expect(x).toEqual({ from: -1, to: 1 })
    expect(y.from).toBeCloseTo(-0.2)
    expect(y.to).toBeCloseTo(5.2)
  })
})

describe('soft labels', () => {
  it('are the softmax at a temperature', () => {
    // exp(1)/(exp(1)+exp(0)) = 0.731..., at T = 2: exp(.5)/(exp(.5)+1) = 0.622...
    expect(soften([1, 0], 1)[0]).toBeCloseTo(0.7310585786)
    expect(soften([1, 0], 2)[0]).toBeCloseTo(0.6224593312)
    expect(soften([1000, 999], 1)[0]).toBeCloseTo(0.7310585786)
    expect(topOf([1, 3, 2])).toBe(1)
  })

  it('show what any model finds probable, in the order of the first', () => {
    expect(
      shownClasses(
        [
          [0.1, 0.7, 0.2, 0],
          [0, 0.1, 0.1, 0.8],
        ],
        3,
      ),
    ).toEqual([1, 2, 3])
  })
})

describe('a tree', () => {
  const leaf = (predicted: number, samples: number, shares: number[]) => {
    return { test: null, left: null, right: null, predicted, samples, shares }
  }
  const tree = exhibit({
    kind: 'tree',
    id: 'tree',
    title: 'tree',
    words: '',
    classes: ['a', 'b'],
    nodes: [
      { test: 'x <= 1', left: 1, right: 2, predicted: 0, samples: 10, shares: [0.6, 0.4] },
      leaf(0, 4, [1, 0]),
      { test: 'colour = red', left: 3, right: 4, predicted: 1, samples: 6, shares: [1 / 3, 2 / 3] },
      leaf(1, 5, [0.2, 0.8]),
      leaf(0, 1, [1, 0]),
    ],
  }) as Tree

  it('reads as one rule per leaf, the largest first', () => {
    expect(rulesOf(tree).map(({ tests, predicted, samples, share }) => [tests, predicted, samples, share])).toEqual([
      [['x > 1', 'colour = red'], 1, 5, 0.8],
      [['x <= 1'], 0, 4, 1],
      [['x > 1', 'colour ≠ red'], 0, 1, 1],
    ])
    expect(negated('is round')).toBe('not is round')
    expect(negated('petal width (cm) <= 0.8')).toBe('petal width (cm) > 0.8')
    expect(negated('= 3')).toBe('not = 3')
  })

  it('takes no time for a column whose name holds thousands of signs', () => {
    const spent = processorTime()
    expect(negated(`a${' <'.repeat(20_000)} \n`)).toMatch(/^a >= </)
    expect(spent()).toBeLessThan(500)
  })

  it('stands with each parent in the middle of its children and no box on another', () => {
    const { nodes, width } = placeTree(tree, openAbove(tree, Infinity))
    expect(nodes.map((one) => one.index)).toEqual([0, 1, 2, 3, 4])
    const at = new Map(nodes.map((one) => [one.index, one]))
    expect(at.get(2)!.x).toBe((at.get(3)!.x + at.get(4)!.x) / 2)
    expect(at.get(0)!.x).toBe((at.get(1)!.x + at.get(2)!.x) / 2)
    for (const a of nodes) {
      for (const b of nodes) {
        if (a !== b && a.depth === b.depth) expect(Math.abs(a.x - b.x)).toBeGreaterThanOrEqual(152)
      }
      expect(a.x + 76).toBeLessThanOrEqual(width)
    }
  })

  it('closes below what is not open', () => {
    const { nodes } = placeTree(tree, openAbove(tree, 1))
    expect(nodes.map((one) => [one.index, one.isClosed])).toEqual([
      [0, false],
      [1, false],
      [2, true],
    ])
  })
})

describe('pixels', () => {
  it('become RGBA from one channel and from three', () => {
    const grey = decodePixels(btoa('\u0000\u00ff'), { width: 2, height: 1, channels: 1 })
    expect([...grey]).toEqual([0, 0, 0, 255, 255, 255, 255, 255])
    const colour = decodePixels(btoa('\u0001\u0002\u0003'), { width: 1, height: 1, channels: 3 })
    expect([...colour]).toEqual([1, 2, 3, 255])
  })
})
