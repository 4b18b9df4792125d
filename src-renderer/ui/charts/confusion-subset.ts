export interface ConfusionSubset {
  readonly classes: readonly string[]
  readonly counts: readonly (readonly number[])[]
  /** How many classes were left out. */
  readonly hidden: number
}

/** The `max` classes with the most mistakes, in their own order: a matrix of hundreds says nothing to the eye. */
export function confusionSubset(
  classes: readonly string[],
  counts: readonly (readonly number[])[],
  max: number,
): ConfusionSubset {
  if (classes.length <= max) return { classes, counts, hidden: 0 }
  const mistakes = classes.map(() => 0)
  counts.forEach((row, expected) =>
    row.forEach((count, predicted) => {
      if (expected === predicted) return
      mistakes[expected] = (mistakes[expected] ?? 0) + count
      mistakes[predicted] = (mistakes[predicted] ?? 0) + count
    }),
  )
  const kept = classes
    .map((_, index) => index)
    .sort((a, b) => (mistakes[b] ?? 0) - (mistakes[a] ?? 0) || a - b)
    .slice(0, max)
    .sort((a, b) => a - b)
  return {
    classes: kept.map((index) => classes[index] ?? ''),
    counts: kept.map((row) => kept.map((column) => counts[row]?.[column] ?? 0)),
    hidden: classes.length - max,
  }
}
