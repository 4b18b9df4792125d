import { seededRandom } from '../../../../base/seeded-random.ts'

export interface Interval {
  readonly low: number
  readonly high: number
}

/** Percentile bootstrap over items: the middle 95 % of a statistic over resamples with replacement. Paper: Efron, Tibshirani, An
 *  Introduction to the Bootstrap, 1993, section 13.3.
 *  @param statistic of a list of item places, some of them several times */
export function bootstrapIntervals(
  items: number,
  statistic: (items: readonly number[]) => readonly number[],
  { seed, rounds = 1000 }: { seed: number; rounds?: number },
): Interval[] {
  const random = seededRandom(seed, 'bootstrap')
  const drawn = Array.from({ length: rounds }, () =>
    statistic(Array.from({ length: items }, () => Math.floor(random() * items))),
  )
  return (drawn[0] ?? []).map((_, at) => {
    const sorted = drawn.map((values) => values[at]!).sort((a, b) => a - b)
    return { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) }
  })
}

/** Linear between the two nearest order statistics. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!)
}
