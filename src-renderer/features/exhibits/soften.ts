/** Soft labels of raw outputs z at temperature T: exp(z_i / T) / sum_j exp(z_j / T) (Hinton, Vinyals, Dean 2015, eq. 1). */
export function soften(logits: readonly number[], temperature: number): number[] {
  const most = Math.max(...logits)
  const powers = logits.map((value) => Math.exp((value - most) / temperature))
  const sum = powers.reduce((total, value) => total + value, 0)
  return powers.map((value) => value / sum)
}

/** Index of the largest output; the class that is predicted at any temperature. */
export function topOf(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? -Infinity) ? index : best), 0)
}

/** Classes worth showing: the most probable ones of every model, in the order of the first model's outputs. */
export function shownClasses(rows: readonly (readonly number[])[], most: number): number[] {
  const classes = rows[0]?.length ?? 0
  const peak = (index: number): number => Math.max(...rows.map((row) => row[index] ?? 0))
  const kept = Array.from({ length: classes }, (_unused, index) => index)
    .sort((a, b) => peak(b) - peak(a) || a - b)
    .slice(0, most)
  return kept.sort((a, b) => (rows[0]?.[b] ?? 0) - (rows[0]?.[a] ?? 0) || a - b)
}
