export interface ClassScore {
  readonly name: string
  /** How many items truly are of this class. */
  readonly support: number
  /** null where the denominator is 0. */
  readonly precision: number | null
  readonly recall: number | null
  readonly f1: number | null
}

/** Precision, recall and F1 per class from a confusion matrix (rows expected, columns predicted). */
export function classScores(classes: readonly string[], counts: readonly (readonly number[])[]): ClassScore[] {
  return classes.map((name, index) => {
    const row = counts[index] ?? []
    const hit = row[index] ?? 0
    const support = sum(row)
    const predicted = sum(counts.map((other) => other[index] ?? 0))
    const precision = predicted > 0 ? hit / predicted : null
    const recall = support > 0 ? hit / support : null
    return { name, support, precision, recall, f1: harmonic(precision, recall) }
  })
}

/** Mean over the classes that have items. */
export function macroMean(scores: readonly ClassScore[], field: 'precision' | 'recall' | 'f1'): number | null {
  const present = scores.filter((score) => score.support > 0)
  return present.length === 0 ? null : sum(present.map((score) => score[field] ?? 0)) / present.length
}

/** The pairs most often mistaken, most frequent first. */
export function worstConfusions(
  classes: readonly string[],
  counts: readonly (readonly number[])[],
  limit: number,
): { expected: string; predicted: string; count: number }[] {
  const pairs: { expected: string; predicted: string; count: number }[] = []
  counts.forEach((row, expected) =>
    row.forEach((count, predicted) => {
      if (count > 0 && expected !== predicted)
        pairs.push({ expected: classes[expected] ?? '', predicted: classes[predicted] ?? '', count })
    }),
  )
  return pairs.sort((a, b) => b.count - a.count).slice(0, limit)
}

function harmonic(precision: number | null, recall: number | null): number | null {
  if (precision === null || recall === null) return null
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
