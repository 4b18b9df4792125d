import type { ChartTheme } from '../../ui/charts/chart-theme.ts'
import { MARKERS } from '../../ui/charts/chart-series.ts'
import type { Rgba } from './draw-points.ts'
import type { MapGroup } from './map-colouring.ts'
import { RING } from './point-shaders.ts'

/** A token's colour (#rrggbb) for the graphics card; what cannot be read is black. */
export function rgbaOf(text: string): Rgba {
  const value = /^#([0-9a-f]{6})$/i.exec(text.trim())?.[1]
  const number = Number.parseInt(value ?? '000000', 16)
  return [(number >> 16) / 255, ((number >> 8) & 255) / 255, (number & 255) / 255, 1]
}

/** Colours and shapes of groups: what has no colour of its own is the theme's quiet text, and what has no value is hollow. */
export function looksOf(groups: readonly MapGroup[], theme: ChartTheme): { colours: Rgba[]; shapes: number[] } {
  return {
    colours: groups.map(({ colour }) => rgbaOf(colour === null ? theme.text2 : (theme.series[colour] ?? theme.text))),
    shapes: groups.map(shapeOf),
  }
}

export function shapeOf({ key, colour }: MapGroup): number {
  if (key === 'none') return RING
  return colour === null ? 0 : colour % MARKERS.length
}
