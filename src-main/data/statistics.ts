import type { DatasetStatistics } from '../contract/datasets.ts'

type Column = DatasetStatistics['columns'][number]

/** Equal-width bins over finite values; one bin when all are equal, none without values. `to` of the last bin is included. */
export function histogram(values: readonly number[], bins: number): Column['histogram'] {
  const finite = values.filter((value) => Number.isFinite(value))
  if (finite.length === 0) return []
  const [from, to] = finite.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  )
  if (from === to) return [{ from, to, count: finite.length }]
  const count = Math.max(1, Math.min(bins, finite.length))
  // No difference of ends: of two very large values it would not be finite.
  const edge = (i: number): number => (i === count ? to : from * (1 - i / count) + to * (i / count))
  const result = Array.from({ length: count }, (_, i) => ({ from: edge(i), to: edge(i + 1), count: 0 }))
  for (const value of finite) {
    const position = (value / 2 - from / 2) / (to / 2 - from / 2)
    const bin = result[Math.min(count - 1, Math.floor(position * count))]
    if (bin !== undefined) bin.count++
  }
  return result
}

/** How many items of each class each split has, in the order of the column's classes. */
export function countClasses(
  items: Iterable<{ readonly label: string | number | null; readonly split: 'train' | 'validation' | 'test' }>,
  classes: readonly string[],
): Pick<Column, 'classes' | 'unlabelled'> {
  const counts = new Map(classes.map((name) => [name, { name, total: 0, train: 0, validation: 0, test: 0 }]))
  let unlabelled = 0
  for (const { label, split } of items) {
    const count = label === null ? undefined : counts.get(String(label))
    if (count === undefined) unlabelled++
    else {
      count.total++
      count[split]++
    }
  }
  return { classes: [...counts.values()], unlabelled }
}
