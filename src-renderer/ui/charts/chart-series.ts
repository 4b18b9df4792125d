/** One curve of a LineChart. x must rise. */
export interface ChartSeries {
  readonly id: string
  readonly label: string
  /** Index into the series palette (--series-0 ... --series-11). */
  readonly colour: number
  /** Training curves are dashed, validation and test curves solid. */
  readonly dashed: boolean
  readonly x: readonly number[]
  readonly y: readonly number[]
  /** Markers without a line. */
  readonly lineless?: boolean
  /** Lower and upper edge of a band around y, one each per point. */
  readonly band?: { readonly low: readonly number[]; readonly high: readonly number[] }
}

/** Marker shapes tell curves apart without colour; they follow the palette index and, past it, go on turning. */
export const MARKERS = ['circle', 'rect', 'triangle', 'rectRot', 'cross', 'star', 'crossRot', 'rectRounded'] as const
export type Marker = (typeof MARKERS)[number]

export const PALETTE_SIZE = 12

export function markerOf(position: number): Marker {
  return MARKERS[position % MARKERS.length] ?? 'circle'
}
