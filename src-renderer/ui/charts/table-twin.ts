import type { ChartSeries } from './chart-series.ts'
import { nearestIndex } from './nearest-index.ts'

export interface TwinRow {
  readonly x: number
  /** One per series; null where it has no point near this x. */
  readonly values: readonly (number | null)[]
}

/** The chart as rows: at the points of its coarsest curve (epochs, as a rule), at most `max` of them. */
export function tableTwin(series: readonly ChartSeries[], max = 200): TwinRow[] {
  const filled = series.filter((one) => one.x.length > 0)
  const coarsest = [...filled].sort((a, b) => rank(a) - rank(b))[0]
  if (coarsest === undefined) return []
  const every = Math.max(1, Math.ceil(coarsest.x.length / max))
  const last = coarsest.x.length - 1
  const rows = coarsest.x.filter((_, index) => index % every === 0 || index === last)
  const gap = coarsest.x.length > 1 ? ((coarsest.x[last] ?? 0) - (coarsest.x[0] ?? 0)) / last : Infinity
  return rows.map((x) => ({ x, values: series.map((one) => valueNear(one, x, gap / 2)) }))
}

/** A lone point makes no rows for the others. */
function rank(series: ChartSeries): number {
  return series.x.length === 1 ? Infinity : series.x.length
}

function valueNear(series: ChartSeries, x: number, tolerance: number): number | null {
  const index = nearestIndex(series.x, x)
  if (index < 0 || Math.abs((series.x[index] ?? 0) - x) > tolerance) return null
  return series.y[index] ?? null
}
