import { seededRandom, shuffle } from '../../base/seeded-random.ts'
import type { SplitName, TrainingData } from '../engine/data/training-data.ts'

/** The target as adaptation sees it: every label is taken away, so that nothing that is trained, selected or stopped by it can look at
 *  one; the train split holds all of its items, labelled or not. */
export function withoutLabels(data: TrainingData): TrainingData {
  const { rows, unlabelled, targets } = data
  const train = [...rows.train, ...unlabelled].sort((a, b) => a - b)
  const hidden = targets.map((values) => new Float64Array(values.length).fill(Number.NaN))
  return { ...data, targets: hidden, hiddenTargets: null, rows: { ...rows, train }, unlabelled: [] }
}

/** Rows that a report may be measured on, by their labels: the test split, else the validation split; null: none is labelled. Never
 *  the train split. */
export function reportRows(data: TrainingData): { split: SplitName; rows: number[] } | null {
  for (const split of ['test', 'validation'] as const) {
    const rows = data.rows[split].filter((row) => data.targets.some((values) => !Number.isNaN(values[row]!)))
    if (rows.length > 0) return { split, rows }
  }
  return null
}

/** Up to `most` of some rows, in their own order, the same ones each time. */
export function someRows(rows: readonly number[], most: number, seed: number): number[] {
  if (rows.length <= most) return [...rows]
  const drawn = shuffle([...rows], seededRandom(seed, 'some rows')).slice(0, most)
  return drawn.sort((a, b) => a - b)
}
