import type { ChartSeries } from './chart-series.ts'

export interface Range {
  from: number
  to: number
}

/** From 0 to the last point: what charts of one run side by side share. */
export function sharedRange(series: readonly ChartSeries[]): Range | null {
  const filled = series.filter((one) => one.x.length > 0)
  return filled.length === 0
    ? null
    : { from: 0, to: Math.max(...filled.map((one) => one.x[one.x.length - 1] ?? 0)) || 1 }
}

/** Smallest range of x that holds all series; 0..1 when there is no point. */
export function xRangeOf(series: readonly ChartSeries[]): Range {
  let from = Infinity
  let to = -Infinity
  for (const one of series) {
    const first = one.x[0]
    const last = one.x[one.x.length - 1]
    if (first === undefined || last === undefined) continue
    from = Math.min(from, first)
    to = Math.max(to, last)
  }
  if (from > to) return { from: 0, to: 1 }
  return from === to ? { from: from - 0.5, to: to + 0.5 } : { from, to }
}
