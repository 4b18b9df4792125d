/** Indices of at most `max` (2 or more) points of a curve inside [from, to] that keep every extreme visible: of each bucket of equal width
 *  in x the first, lowest, highest and last point stay; below 4, the two ends. One point beyond either end of the range is kept, so that
 *  the line leaves the picture at the right angle. x must rise. */
export function thin(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  max: number,
  range: { readonly from: number; readonly to: number } | null = null,
): number[] {
  const start = range ? Math.max(0, lowerBound(x, range.from) - 1) : 0
  const end = range ? Math.min(x.length, upperBound(x, range.to) + 1) : x.length
  const count = end - start
  if (count <= 0) return []
  if (count <= max) return Array.from({ length: count }, (_, index) => start + index)
  if (max < 4) return [start, end - 1]
  return pickExtremes(x, y, { start, end, buckets: Math.floor(max / 4) })
}

function pickExtremes(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  part: { start: number; end: number; buckets: number },
): number[] {
  const first = x[part.start] ?? 0
  const width = ((x[part.end - 1] ?? 0) - first) / part.buckets || 1
  // The last point alone would be a bucket more.
  const bucketOf = (index: number): number => Math.min(part.buckets - 1, Math.floor(((x[index] ?? 0) - first) / width))
  const kept: number[] = []
  let index = part.start
  while (index < part.end) {
    const bucket = bucketOf(index)
    const from = index
    let low = index
    let high = index
    while (index < part.end && bucketOf(index) === bucket) {
      if ((y[index] ?? 0) < (y[low] ?? 0)) low = index
      if ((y[index] ?? 0) > (y[high] ?? 0)) high = index
      index++
    }
    pushInOrder(kept, [from, Math.min(low, high), Math.max(low, high), index - 1])
  }
  return kept
}

function pushInOrder(kept: number[], indices: readonly number[]): void {
  for (const index of indices) if (index > (kept[kept.length - 1] ?? -1)) kept.push(index)
}

/** First index whose value is >= `value`. */
export function lowerBound(sorted: ArrayLike<number>, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}

/** First index whose value is > `value`. */
export function upperBound(sorted: ArrayLike<number>, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) <= value) low = middle + 1
    else high = middle
  }
  return low
}
