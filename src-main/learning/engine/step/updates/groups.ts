/** Place of a batch among those whose gradients make one update. */
export interface GroupPlace {
  /** Its samples' share of all samples of the group: the group's gradient is the mean over samples. */
  readonly share: number
  /** The update is made after this batch. */
  readonly isLast: boolean
}

/** Groups of `size` batches; the last group of an epoch may be smaller. */
export function groupPlace(batches: readonly { readonly length: number }[], index: number, size: number): GroupPlace {
  const first = index - (index % size)
  const group = batches.slice(first, first + size)
  const samples = group.reduce((sum, { length }) => sum + length, 0)
  return { share: batches[index]!.length / samples, isLast: index === first + group.length - 1 }
}
