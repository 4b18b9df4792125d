/** Mean of at least one value. */
export function mean(values: readonly number[]): number {
  requireSome(values, 1, 'mean')
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Sample standard deviation, with n - 1 in the denominator; at least two values. */
export function sampleSd(values: readonly number[]): number {
  requireSome(values, 2, 'sampleSd')
  const centre = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1))
}

/** Quantile with linear interpolation between order statistics: type 7 of Hyndman and Fan, "Sample quantiles in statistical
 *  packages", The American Statistician 50 (1996); NumPy's default. `share` in 0..1. */
export function quantile(values: readonly number[], share: number): number {
  requireSome(values, 1, 'quantile')
  const sorted = [...values].sort((a, b) => a - b)
  const place = share * (sorted.length - 1)
  const low = Math.floor(place)
  const [below, above] = [sorted[low] as number, sorted[Math.min(low + 1, sorted.length - 1)] as number]
  return below + (above - below) * (place - low)
}

function requireSome(values: readonly number[], count: number, what: string): void {
  if (values.length < count) throw new RangeError(`${what} needs at least ${count} values, received ${values.length}`)
}
