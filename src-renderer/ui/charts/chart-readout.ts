import { nearestIndex } from './thinning.ts'
import type { ChartSeries } from './chart-series.ts'

export interface ReadoutRow {
  readonly id: string
  readonly label: string
  readonly colour: number
  readonly dashed: boolean
  readonly x: number
  readonly y: number
}

/** Every visible series' value nearest to `x`, highest first; a series that ends well before `x` is left out. */
export function readout(
  series: readonly ChartSeries[],
  x: number,
  hidden: ReadonlySet<string>,
  tolerance: number,
): ReadoutRow[] {
  const rows: ReadoutRow[] = []
  for (const one of series) {
    if (hidden.has(one.id)) continue
    const index = nearestIndex(one.x, x)
    if (index < 0) continue
    const at = one.x[index] ?? 0
    if (Math.abs(at - x) > Math.max(tolerance, spacingAround(one.x, index))) continue
    rows.push({ id: one.id, label: one.label, colour: one.colour, dashed: one.dashed, x: at, y: one.y[index] ?? NaN })
  }
  return rows.sort((a, b) => b.y - a.y)
}

function spacingAround(x: readonly number[], index: number): number {
  const here = x[index] ?? 0
  return Math.max(here - (x[index - 1] ?? here), (x[index + 1] ?? here) - here)
}
