/** Places of the `count` largest scores, largest first, equal ones by place. A heap of `count` entries: n log(count) steps, where a sort of
 *  100,000 takes longer than finding them all. */
export function placesOfLargest(scores: ArrayLike<number>, count: number): Int32Array {
  const size = Math.min(count, scores.length)
  const heap = new Int32Array(size)
  const isBefore = (a: number, b: number) => scores[a]! > scores[b]! || (scores[a] === scores[b] && a < b)
  /** Lets the entry sink until nothing below it comes later. */
  const sink = (at: number) => {
    for (;;) {
      let last = at
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < size && isBefore(heap[last]!, heap[child]!)) last = child
      if (last === at) return
      const held = heap[at]!
      heap[at] = heap[last]!
      heap[last] = held
      at = last
    }
  }
  for (let i = 0; i < size; i++) heap[i] = i
  for (let i = Math.floor(size / 2) - 1; i >= 0; i--) sink(i)
  for (let i = size; i < scores.length; i++) {
    if (size === 0 || !isBefore(i, heap[0]!)) continue
    heap[0] = i
    sink(0)
  }
  return heap.sort((a, b) => (isBefore(a, b) ? -1 : 1))
}
