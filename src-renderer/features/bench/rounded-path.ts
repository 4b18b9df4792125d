import type { Point } from './inner-layout.ts'

/** An SVG path through points with rounded corners. */
export function roundedPath(points: readonly Point[], radius = 8): string {
  const [first, ...rest] = points
  if (!first) return ''
  let path = `M ${first.x} ${first.y}`
  rest.forEach((corner, index) => {
    const before = points[index] ?? first
    const after = rest[index + 1]
    if (!after) {
      path += ` L ${corner.x} ${corner.y}`
      return
    }
    const enter = towards(corner, before, radius)
    const leave = towards(corner, after, radius)
    path += ` L ${enter.x} ${enter.y} Q ${corner.x} ${corner.y} ${leave.x} ${leave.y}`
  })
  return path
}

function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  if (length === 0) return from
  const share = Math.min(distance, length / 2) / length
  return { x: round(from.x + (to.x - from.x) * share), y: round(from.y + (to.y - from.y) * share) }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
