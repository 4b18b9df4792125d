import { thin } from '@contract/thinning.ts'

const EDGE = 1.5

/** SVG path of the values over their places; empty below two values. */
export function sparkPath(values: readonly number[], width: number, height: number, fromZero: boolean): string {
  const finite = values.filter(Number.isFinite)
  if (finite.length < 2) return ''
  const low = Math.min(...(fromZero ? [0] : []), ...finite)
  const high = Math.max(...finite)
  const places = finite.map((_, index) => index)
  return thin(places, finite, width)
    .map((index, count) => {
      const x = EDGE + (index / (finite.length - 1)) * (width - 2 * EDGE)
      const share = high === low ? 0.5 : ((finite[index] ?? 0) - low) / (high - low)
      const y = height - EDGE - share * (height - 2 * EDGE)
      return `${count === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`
    })
    .join('')
}
