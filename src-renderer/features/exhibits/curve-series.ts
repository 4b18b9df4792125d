import type { ExhibitOf } from '@contract/exhibits.ts'
import type { Range } from '../../ui/charts/chart-range.ts'
import type { ChartSeries } from '../../ui/charts/chart-series.ts'

type Curve = ExhibitOf<'curves'>['series'][number]

/** Curves of an exhibit as a chart draws them: x rising, what is not a number left out. */
export function curveSeries(curves: readonly Curve[], logX = false): ChartSeries[] {
  return curves.map((curve, index) => {
    const { name, low, high, style } = curve
    const order = curve.x
      .map((_value, at) => at)
      .filter((at) => Number.isFinite(curve.x[at]) && (!logX || (curve.x[at] ?? 0) > 0))
      .sort((a, b) => (curve.x[a] ?? 0) - (curve.x[b] ?? 0))
    const pick = (values: readonly number[]): number[] => order.map((at) => values[at] ?? NaN)
    return {
      id: `${index} ${name}`,
      label: name,
      colour: index,
      dashed: style === 'dashed',
      x: pick(curve.x),
      y: pick(curve.y),
      ...(style === 'points' ? { lineless: true } : {}),
      ...(low && high ? { band: { low: pick(low), high: pick(high) } } : {}),
    }
  })
}

/** What all steps of a scrubber span together, so that the axes stand still while it is dragged. */
export function steadyRanges(steps: readonly { readonly series: readonly { x: number[]; y: number[] }[] }[]): {
  x: Range
  y: Range
} {
  const all = steps.flatMap((step) => step.series)
  return { x: spanOf(all.map((one) => one.x)), y: roomy(spanOf(all.map((one) => one.y))) }
}

function spanOf(lists: readonly (readonly number[])[]): Range {
  let [from, to] = [Infinity, -Infinity]
  for (const list of lists) {
    for (const value of list) {
      if (!Number.isFinite(value)) continue
      from = Math.min(from, value)
      to = Math.max(to, value)
    }
  }
  if (from > to) return { from: 0, to: 1 }
  return from === to ? { from: from - 0.5, to: to + 0.5 } : { from, to }
}

function roomy({ from, to }: Range): Range {
  const room = (to - from) * 0.04
  return { from: from - room, to: to + room }
}
