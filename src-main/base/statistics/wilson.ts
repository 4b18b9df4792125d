/** 97.5 % quantile of the normal distribution. */
const Z = 1.959963984540054

/** 95 % interval of a share from `hits` out of `count` (Wilson 1927): it stays in 0..1, also for few items and at the ends.
 *  null: nothing was counted. */
export function wilson(hits: number, count: number): { low: number; high: number } | null {
  if (count === 0) return null
  const share = hits / count
  const scale = 1 + Z ** 2 / count
  const middle = (share + Z ** 2 / (2 * count)) / scale
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / count + Z ** 2 / (4 * count ** 2))
  return { low: hits === 0 ? 0 : middle - half, high: hits === count ? 1 : middle + half }
}
