import type { ChartSeries } from './chart-series.ts'
import { nearestIndex } from './nearest-index.ts'

export interface ReadoutRow {
  readonly id: string
  readonly label: string
  readonly colour: number
  readonly dashed: boolean
  readonly x: number
  readonly y: number
  /** Place in the series' points. */
  readonly index: number
}

/** Every visible series' value nearest to `x`, highest first; a series that ends well before `x` is left out. */
export function readout(
  series: readonly ChartSeries[],
  x: number,
  hidden: ReadonlySet<string>,
  tolerance: number,
): ReadoutRow[] {
  const rows: ReadoutRow[] = []
  for (const { id, label, colour, dashed, x: xs, y } of series) {
    if (hidden.has(id)) continue
    const index = nearestIndex(xs, x)
    if (index < 0) continue
    const at = xs[index] ?? 0
    if (Math.abs(at - x) > Math.max(tolerance, spacingAround(xs, index))) continue
    rows.push({ id, label, colour, dashed, x: at, y: y[index] ?? NaN, index })
  }
  return rows.sort((a, b) => b.y - a.y)
}

function spacingAround(x: readonly number[], index: number): number {
  const here = x[index] ?? 0
  return Math.max(here - (x[index - 1] ?? here), (x[index + 1] ?? here) - here)
}
