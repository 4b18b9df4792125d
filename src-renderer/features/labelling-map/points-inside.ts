import type { PointGrid } from './point-grid.ts'

export interface MapPlace {
  readonly x: number
  readonly y: number
}

/** Points within a closed line, in order of their number: even-odd rule, so that a loop within a loop is a hole. */
export function pointsInside(
  grid: PointGrid,
  places: Float32Array,
  line: readonly MapPlace[],
  counts: (point: number) => boolean,
): number[] {
  if (line.length < 3) return []
  const xs = line.map(({ x }) => x)
  const ys = line.map(({ y }) => y)
  const found: number[] = []
  grid.inside(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys), (point) => {
    if (counts(point) && isInside(xs, ys, places[2 * point]!, places[2 * point + 1]!)) found.push(point)
  })
  return found.sort((a, b) => a - b)
}

/** Whether a ray to the right crosses the line an odd number of times. */
function isInside(xs: readonly number[], ys: readonly number[], x: number, y: number): boolean {
  let inside = false
  for (let i = 0, j = xs.length - 1; i < xs.length; j = i++) {
    const [xi, yi, xj, yj] = [xs[i]!, ys[i]!, xs[j]!, ys[j]!]
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside
  }
  return inside
}

/** A line's points that matter: none nearer to the one before than `least`. */
export function thinned(line: readonly MapPlace[], next: MapPlace, least: number): readonly MapPlace[] {
  const last = line.at(-1)
  return last !== undefined && Math.hypot(next.x - last.x, next.y - last.y) < least ? line : [...line, next]
}

export function rectangle(from: MapPlace, to: MapPlace): MapPlace[] {
  return [from, { x: to.x, y: from.y }, to, { x: from.x, y: to.y }]
}
