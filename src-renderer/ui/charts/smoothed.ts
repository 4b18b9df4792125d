import type { ChartSeries } from './chart-series.ts'
import { smooth } from './smoothing.ts'

/** Shorter curves stay raw: smoothing a dozen epochs would only hide them. */
const SMOOTH_FROM = 12

const known = new WeakMap<ChartSeries, { weight: number; range: number; y: readonly number[] }>()

/** The series' values as drawn. Remembered per series, so that hovering and redrawing compute nothing twice. */
export function smoothedValues(series: ChartSeries, weight: number, range: number): readonly number[] {
  if (!isSmoothed(series, weight)) return series.y
  const before = known.get(series)
  if (before && before.weight === weight && before.range === range) return before.y
  const y = smooth(series.x, series.y, weight, range)
  known.set(series, { weight, range, y })
  return y
}

export function isSmoothed(series: ChartSeries, weight: number): boolean {
  return weight > 0 && series.y.length >= SMOOTH_FROM
}
