/** Indices of at most about `max` points of a curve inside [from, to] that keep every extreme visible: of each bucket of
 *  equal width in x the first, lowest, highest and last point stay. One point beyond either end is kept, so that the line
 *  leaves the picture at the right angle. x must rise. */
export function thin(
  x: readonly number[],
  y: readonly number[],
  max: number,
  range: { from: number; to: number } | null = null,
): number[] {
  const start = range ? Math.max(0, lowerBound(x, range.from) - 1) : 0
  const end = range ? Math.min(x.length, upperBound(x, range.to) + 1) : x.length
  const count = end - start
  if (count <= 0) return []
  if (count <= max) return Array.from({ length: count }, (_, index) => start + index)
  return pickExtremes(x, y, { start, end, buckets: Math.max(1, Math.floor(max / 4)) })
}

function pickExtremes(
  x: readonly number[],
  y: readonly number[],
  part: { start: number; end: number; buckets: number },
): number[] {
  const first = x[part.start] ?? 0
  const width = ((x[part.end - 1] ?? 0) - first) / part.buckets || 1
  const kept: number[] = []
  let index = part.start
  while (index < part.end) {
    const bucket = Math.floor(((x[index] ?? 0) - first) / width)
    const from = index
    let low = index
    let high = index
    while (index < part.end && Math.floor(((x[index] ?? 0) - first) / width) === bucket) {
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
export function lowerBound(sorted: readonly number[], value: number): number {
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
export function upperBound(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) <= value) low = middle + 1
    else high = middle
  }
  return low
}

/** Index of the point nearest to `value` in rising `sorted`; -1 when there is none. */
export function nearestIndex(sorted: readonly number[], value: number): number {
  if (sorted.length === 0) return -1
  const after = lowerBound(sorted, value)
  if (after === 0) return 0
  if (after === sorted.length) return sorted.length - 1
  return value - (sorted[after - 1] ?? 0) <= (sorted[after] ?? 0) - value ? after - 1 : after
}
