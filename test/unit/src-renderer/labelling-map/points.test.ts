import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../../src-main/base/seeded-random.ts'
import {
  fitMap,
  panMap,
  revealOnMap,
  toMap,
  toScreen,
  zoomMap,
} from '../../../../src-renderer/features/labelling-map/map-viewport.ts'
import { PointGrid } from '../../../../src-renderer/features/labelling-map/point-grid.ts'
import { pointsInside, rectangle, thinned } from '../../../../src-renderer/features/labelling-map/points-inside.ts'
import { walkPoints, type WalkKey } from '../../../../src-renderer/features/labelling-map/walk-points.ts'

const all = (): boolean => true

function randomPlaces(count: number, seed: number): Float32Array {
  const random = seededRandom(seed)
  return Float32Array.from({ length: 2 * count }, () => random())
}

describe('the grid of points', () => {
  it('finds the nearest point that a search through all finds, and none beyond its reach', () => {
    for (const count of [1, 3, 50, 5000]) {
      const places = randomPlaces(count, count)
      const grid = new PointGrid(places)
      const random = seededRandom(7)
      for (let round = 0; round < 200; round++) {
        // Also outside of the square, and without every third point.
        const [x, y, reach] = [random() * 1.4 - 0.2, random() * 1.4 - 0.2, random() * 0.3]
        const counts = (point: number): boolean => point % 3 !== 1
        const distance = (i: number): number => Math.hypot(places[2 * i]! - x, places[2 * i + 1]! - y)
        const points = Array.from({ length: count }, (_, i) => i).filter((i) => counts(i) && distance(i) <= reach)
        const nearest = points.sort((a, b) => distance(a) - distance(b))[0] ?? null
        expect(grid.nearest(x, y, reach, counts)).toBe(nearest)
      }
    }
  })

  it('looks at few points only', () => {
    const places = randomPlaces(100_000, 1)
    const grid = new PointGrid(places)
    let looked = 0
    grid.inside(0.49, 0.49, 0.51, 0.51, () => looked++)
    expect(looked).toBeGreaterThan(20)
    expect(looked).toBeLessThan(400)
  })

  it('gives of points in one place the one on top', () => {
    const grid = new PointGrid(Float32Array.of(0.5, 0.5, 0.5, 0.5, 0.9, 0.9))
    expect(grid.nearest(0.5, 0.5, 0.1, all)).toBe(1)
  })
})

describe('what a line encloses', () => {
  const places = Float32Array.of(0.1, 0.1, 0.5, 0.5, 0.9, 0.9, 0.5, 0.9, 0.3, 0.45)
  const grid = new PointGrid(places)
  const inside = (line: { x: number; y: number }[]): number[] => pointsInside(grid, places, line, all)

  it('is what lies within, not within its box alone', () => {
    expect(
      inside([
        { x: 0, y: 0 },
        { x: 1, y: 0 },
        { x: 0, y: 1 },
      ]),
    ).toEqual([0, 4])
    expect(inside(rectangle({ x: 0.6, y: 1 }, { x: 0.4, y: 0.4 }))).toEqual([1, 3])
  })

  it('leaves out a bay of the line, and a loop within it', () => {
    // A U around the middle.
    const bay = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0.7, 1],
      [0.7, 0.2],
      [0.4, 0.2],
      [0.4, 1],
      [0, 1],
    ]
    expect(inside(bay.map(([x, y]) => ({ x: x!, y: y! })))).toEqual([0, 2, 4])
    const twice = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
      [0, 0],
      [0.4, 0.4],
      [0.6, 0.4],
      [0.6, 0.6],
      [0.4, 0.6],
      [0.4, 0.4],
    ]
    expect(inside(twice.map(([x, y]) => ({ x: x!, y: y! })))).not.toContain(1)
  })

  it('is nothing for a stroke, and never what does not count', () => {
    expect(
      inside([
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ]),
    ).toEqual([])
    const whole = rectangle({ x: 0, y: 0 }, { x: 1, y: 1 })
    expect(pointsInside(grid, places, whole, (point) => point !== 2)).toEqual([0, 1, 3, 4])
  })

  it('is drawn with points that are apart', () => {
    const line = thinned([{ x: 0, y: 0 }], { x: 1, y: 1 }, 3)
    expect(line).toHaveLength(1)
    expect(thinned(line, { x: 3, y: 0 }, 3)).toHaveLength(2)
  })
})

describe('walking by arrows', () => {
  // y grows upwards: 1 is above 0.
  const cross = Float32Array.of(0.5, 0.5, 0.5, 0.8, 0.5, 0.2, 0.2, 0.5, 0.8, 0.5)
  const walk = (from: number | null, key: WalkKey): number | null => walkPoints(cross, from, key, all)

  it('goes to the nearest point in that direction, and stays where there is none', () => {
    expect(walk(0, 'ArrowUp')).toBe(1)
    expect(walk(0, 'ArrowDown')).toBe(2)
    expect(walk(0, 'ArrowLeft')).toBe(3)
    expect(walk(0, 'ArrowRight')).toBe(4)
    expect(walk(1, 'ArrowUp')).toBe(1)
    expect(walk(null, 'ArrowRight')).toBe(0)
    expect(walk(3, 'End')).toBe(4)
    expect(walkPoints(cross, 0, 'ArrowUp', (point) => point !== 1)).not.toBe(1)
    expect(walkPoints(new Float32Array(0), null, 'Home', all)).toBeNull()
  })

  it('prefers what lies straight ahead to what is nearer and aside', () => {
    const places = Float32Array.of(0, 0, 0.02, 0.3, 0.4, 0.05)
    expect(walkPoints(places, 0, 'ArrowRight', all)).toBe(2)
  })

  it('passes through copies in one place, and comes back', () => {
    const places = Float32Array.of(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.9, 0.5)
    const steps = [0, 1, 2].map((from) => walkPoints(places, from, 'ArrowRight', all))
    expect(steps).toEqual([1, 2, 3])
    expect(walkPoints(places, 2, 'ArrowLeft', all)).toBe(1)
  })

  it('reaches every point of a map from the first one', () => {
    const places = randomPlaces(150, 5)
    const seen = new Set([0])
    for (const from of seen)
      for (const key of ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'] as const)
        seen.add(walkPoints(places, from, key, all)!)
    expect(seen.size).toBe(150)
  })
})

describe('the view', () => {
  const size = { width: 800, height: 600 }

  it('fits the square with its y upwards, and finds its way back', () => {
    const view = fitMap(size)
    expect(toScreen(view, 0, 0)).toEqual({ x: 124, y: 576 })
    expect(toScreen(view, 1, 1)).toEqual({ x: 676, y: 24 })
    const there = toMap(view, 300, 200)
    expect(toScreen(view, there.x, there.y)).toEqual({ x: expect.closeTo(300), y: expect.closeTo(200) })
  })

  it('zooms where the pointer is, within bounds', () => {
    const view = panMap(fitMap(size), 30, -10)
    const before = toMap(view, 123, 456)
    const near = zoomMap(view, size, 3, { x: 123, y: 456 })
    const after = toMap(near, 123, 456)
    expect([after.x, after.y]).toEqual([expect.closeTo(before.x), expect.closeTo(before.y)])
    expect(zoomMap(view, size, 1e9, { x: 0, y: 0 }).scale).toBe(fitMap(size).scale * 400)
    expect(zoomMap(view, size, 1e-9, { x: 0, y: 0 }).scale).toBe(fitMap(size).scale / 2)
  })

  it('moves only as far as a point needs to be seen', () => {
    const view = zoomMap(fitMap(size), size, 4, { x: 400, y: 300 })
    expect(revealOnMap(view, size, 0.5, 0.5)).toBe(view)
    const shown = revealOnMap(view, size, 1, 1)
    expect(toScreen(shown, 1, 1)).toEqual({ x: expect.closeTo(776), y: expect.closeTo(24) })
  })
})
