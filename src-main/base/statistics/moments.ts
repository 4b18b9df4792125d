export interface Moments {
  readonly mean: number
  /** Of the population, with n in the denominator. */
  readonly std: number
}

/** Mean and standard deviation, exact for numbers far from 0 and for equal ones (std 0): differences to the first number are summed, then
 *  squares of those to the mean. No numbers: both 0. */
export function moments(values: readonly number[]): Moments {
  const count = values.length
  if (count === 0) return { mean: 0, std: 0 }
  const first = values[0]!
  const mean = first + values.reduce((sum, value) => sum + (value - first), 0) / count
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, std: Math.sqrt(squares / count) }
}

/** Moments of numbers that come one by one; the variance is `spread / count`. */
export interface RunningMoments {
  count: number
  mean: number
  /** Sum of squared distances to the mean. */
  spread: number
}

/** Welford's update (Technometrics 4, 1962): no cancellation for numbers far from 0. */
export function addToMoments(moments: RunningMoments, value: number): void {
  moments.count += 1
  const distance = value - moments.mean
  moments.mean += distance / moments.count
  moments.spread += distance * (value - moments.mean)
}
