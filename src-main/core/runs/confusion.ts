import type { Split } from '../../contract/datasets.ts'
import type { Db } from '../store/database.ts'
import { countPairs } from '../store/predictions-repo.ts'

/** Confusion matrix of a head on a split: rows expected, columns predicted. */
export function confusionOf(
  db: Db,
  run: number,
  split: Split,
  { name, classes }: { readonly name: string; readonly classes: readonly string[] },
): number[][] {
  const place = new Map(classes.map((one, index) => [one, index]))
  const counts = classes.map(() => classes.map(() => 0))
  for (const { expected, predicted, count } of countPairs(db, run, split, name)) {
    const row = counts[place.get(expected) ?? -1]
    const column = place.get(predicted)
    if (row !== undefined && column !== undefined) row[column] = count
  }
  return counts
}
