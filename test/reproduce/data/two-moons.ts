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

/** Sets of points in a frame of axes in which the first of them has the same spread along both: a network that standardises each column then
 *  sees the moons as they are, turned and scaled but not stretched. */
export function evenFrame(sets: readonly (readonly MoonPoint[])[]): MoonPoint[][] {
  const own = sets[0]!
  const [meanX, meanY] = [own.reduce((sum, { x }) => sum + x, 0) / own.length, own.reduce((sum, { y }) => sum + y, 0) / own.length] // prettier-ignore
  let [xx, yy, xy] = [0, 0, 0]
  for (const { x, y } of own) {
    xx += (x - meanX) ** 2
    yy += (y - meanY) ** 2
    xy += (x - meanX) * (y - meanY)
  }
  // The angle t at which both variances agree: (xx - yy) cos 2t + 2 xy sin 2t = 0.
  const angle = Math.atan2(yy - xx, 2 * xy) / 2
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return sets.map((points) =>
    points.map(({ x, y, moon }) => {
      const [dx, dy] = [x - meanX, y - meanY]
      return { x: cos * dx + sin * dy, y: cos * dy - sin * dx, moon }
    }),
  )
}

/** Box and Muller. */
function normal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
