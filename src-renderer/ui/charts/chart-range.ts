import type { ChartSeries } from './chart-series.ts'

export interface Range {
  from: number
  to: number
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
