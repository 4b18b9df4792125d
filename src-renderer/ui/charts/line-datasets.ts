import { xRangeOf, type Range } from './chart-range.ts'
import type { ChartSeries } from './chart-series.ts'
import { isSmoothed, smoothedValues } from './smoothed.ts'
import { thin } from '@contract/thinning.ts'

export interface DrawnPoint {
  x: number
  y: number
}

export interface DrawnBandPoint {
  x: number
  low: number
  high: number
}

export interface DrawnCurve {
  readonly id: string
  readonly colour: number
  readonly dashed: boolean
  /** The raw curve under a smoothed one. */
  readonly faint: boolean
  /** Place of the series among all, for its marker. */
  readonly position: number
  readonly points: DrawnPoint[]
  /** Markers without a line. */
  readonly lineless: boolean
  readonly band: DrawnBandPoint[] | null
}

export interface LineOptions {
  readonly smoothing: number
  readonly logY: boolean
  readonly hidden: ReadonlySet<string>
  /** The part of x on screen; null: all of it. */
  readonly range: Range | null
  readonly maxPoints: number
}

const RAW_SHARE = 0.5

/** What LineChart draws for its series: smoothed over all their points first, then thinned to what fits on screen. */
export function lineDatasets(series: readonly ChartSeries[], options: LineOptions): DrawnCurve[] {
  const whole = xRangeOf(series)
  const curves: DrawnCurve[] = []
  series.forEach((one, position) => {
    if (options.hidden.has(one.id)) return
    if (isSmoothed(one, options.smoothing)) curves.push(curve(one, one.y, { position, faint: true, options }))
    const y = smoothedValues(one, options.smoothing, whole.to - whole.from)
    curves.push(curve(one, y, { position, faint: false, options }))
  })
  // The faint ones lie under all others.
  return curves.sort((a, b) => Number(b.faint) - Number(a.faint))
}

function curve(
  series: ChartSeries,
  y: readonly number[],
  more: { position: number; faint: boolean; options: LineOptions },
): DrawnCurve {
  const { options, faint } = more
  const max = faint ? options.maxPoints * RAW_SHARE : options.maxPoints
  const kept = thin(series.x, y, max, options.range)
  const points = kept
    .map((index) => ({ x: series.x[index] ?? 0, y: y[index] ?? NaN }))
    .filter((point) => Number.isFinite(point.y) && (!options.logY || point.y > 0))
  const { id, colour, dashed, lineless = false } = series
  const band = faint ? null : bandOf(series, kept)
  return { id, colour, dashed, faint, position: more.position, points, lineless, band }
}

function bandOf({ band, x }: ChartSeries, kept: readonly number[]): DrawnBandPoint[] | null {
  if (band === undefined) return null
  return kept
    .map((index) => ({ x: x[index] ?? 0, low: band.low[index] ?? NaN, high: band.high[index] ?? NaN }))
    .filter((point) => Number.isFinite(point.low) && Number.isFinite(point.high))
}
