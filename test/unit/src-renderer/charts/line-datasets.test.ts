import { describe, expect, it } from 'vitest'
import { xRangeOf } from '../../../../src-renderer/ui/charts/chart-range.ts'
import { readout } from '../../../../src-renderer/ui/charts/chart-readout.ts'
import type { ChartSeries } from '../../../../src-renderer/ui/charts/chart-series.ts'
import { lineDatasets } from '../../../../src-renderer/ui/charts/line-datasets.ts'
import { csvCell, seriesCsv } from '../../../../src-renderer/ui/charts/series-csv.ts'

const line = (id: string, count: number, value: (x: number) => number): ChartSeries => {
  const x = Array.from({ length: count }, (_, index) => index)
  return { id, label: id, colour: 0, dashed: false, x, y: x.map(value) }
}
const options = { smoothing: 0, logY: false, hidden: new Set<string>(), range: null, maxPoints: 500 }

describe('lineDatasets', () => {
  it('draws the raw curve faint and first when smoothing', () => {
    const drawn = lineDatasets([line('a', 50, Math.sin), line('b', 50, Math.cos)], { ...options, smoothing: 0.6 })
    expect(drawn.map((curve) => [curve.id, curve.faint])).toEqual([
      ['a', true],
      ['b', true],
      ['a', false],
      ['b', false],
    ])
  })

  it('does not smooth a handful of epochs', () => {
    expect(lineDatasets([line('a', 5, Math.sin)], { ...options, smoothing: 0.9 })).toHaveLength(1)
  })

  it('leaves out hidden curves, and on a log axis what is not above zero', () => {
    const drawn = lineDatasets([line('a', 5, (x) => x - 2), line('b', 5, Math.sin)], {
      ...options,
      logY: true,
      hidden: new Set(['b']),
    })
    expect(drawn).toHaveLength(1)
    expect(drawn[0]?.points).toEqual([
      { x: 3, y: 1 },
      { x: 4, y: 2 },
    ])
  })

  it('keeps 20 curves of 10,000 points within the budget of a frame', () => {
    const many = Array.from({ length: 20 }, (_, index) => line(String(index), 10_000, Math.sin))
    const points = lineDatasets(many, { ...options, smoothing: 0.6 }).reduce(
      (sum, curve) => sum + curve.points.length,
      0,
    )
    expect(points).toBeLessThan(20 * 800)
  })
})

describe('readout', () => {
  it('answers every visible curve, highest first, without those that ended before', () => {
    const rows = readout(
      [line('low', 100, () => 1), line('high', 100, () => 2), line('short', 10, () => 3)],
      80,
      new Set(),
      1,
    )
    expect(rows.map((row) => [row.id, row.x])).toEqual([
      ['high', 80],
      ['low', 80],
    ])
  })
})

describe('seriesCsv', () => {
  it('quotes names and keeps formulas from running', () => {
    expect(seriesCsv([line('a, "b"', 2, (x) => x / 3)], 'Step', 'Loss')).toBe(
      `series,Step,Loss\n"a, ""b""",0,0\n"a, ""b""",1,${1 / 3}\n`,
    )
    expect(csvCell('=1+1')).toBe("'=1+1")
  })
})

describe('xRangeOf', () => {
  it('spans all curves and never has no width', () => {
    expect(xRangeOf([line('a', 3, Math.sin), line('b', 9, Math.sin)])).toEqual({ from: 0, to: 8 })
    expect(xRangeOf([line('a', 1, Math.sin)])).toEqual({ from: -0.5, to: 0.5 })
    expect(xRangeOf([])).toEqual({ from: 0, to: 1 })
  })
})
