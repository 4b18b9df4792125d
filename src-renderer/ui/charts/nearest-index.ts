import { lowerBound } from '@contract/thinning.ts'

/** Index of the point nearest to `value` in rising `sorted`; -1 when there is none. */
export function nearestIndex(sorted: ArrayLike<number>, value: number): number {
  if (sorted.length === 0) return -1
  const after = lowerBound(sorted, value)
  if (after === 0) return 0
  if (after === sorted.length) return sorted.length - 1
  return value - (sorted[after - 1] ?? 0) <= (sorted[after] ?? 0) - value ? after - 1 : after
}
