import { type SeededRandom, seededRandom } from '../../../src-main/base/seeded-random.ts'

export interface MoonPoint {
  readonly x: number
  readonly y: number
  /** 0: the upper moon, 1: the lower one. */
  readonly moon: 0 | 1
}

/** Two interleaved half circles of radius 1, `perMoon` points each, evenly spaced along the arc, with normal noise: scikit-learn's make_moons.
 *  `degrees` turns them around the middle of both, as the target domain of Ganin et al., JMLR 17 (2016), section 5.1.1. */
export function twoMoons(perMoon: number, options: { noise: number; degrees: number; seed: number }): MoonPoint[] {
  const random = seededRandom(options.seed, 'two moons')
  const points = ([0, 1] as const).flatMap((moon) =>
    Array.from({ length: perMoon }, (_, i): MoonPoint => {
      const angle = (Math.PI * i) / Math.max(1, perMoon - 1)
      const [x, y] = moon === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)]
      return { x: x + options.noise * normal(random), y: y + options.noise * normal(random), moon }
    }),
  )
  return turned(points, options.degrees)
}

/** Around (1/2, 1/4), the middle of both moons. */
function turned(points: readonly MoonPoint[], degrees: number): MoonPoint[] {
  const angle = (degrees * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return points.map(({ x, y, moon }) => {
    const [dx, dy] = [x - 0.5, y - 0.25]
    return { x: 0.5 + cos * dx - sin * dy, y: 0.25 + sin * dx + cos * dy, moon }
  })
}

/** Box and Muller. */
function normal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
