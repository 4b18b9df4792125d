import type { Split } from '@contract/datasets.ts'

export const SPLITS: readonly Split[] = ['train', 'validation', 'test']

export const SPLIT_NAMES: Readonly<Record<Split, string>> = { train: 'Train', validation: 'Validation', test: 'Test' }

/** Two letters on a thumbnail: a mark that does not need colour. */
export const SPLIT_MARKS: Readonly<Record<Split, string>> = { train: 'Tr', validation: 'Va', test: 'Te' }

/** Whole percents that the user types, as the shares of a plan; what is wrong with them, or null. */
export function percentProblem(train: number | null, validation: number | null, test: number | null): string | null {
  if (train === null || validation === null || test === null) return 'Fill in all three.'
  const sum = train + validation + test
  if (Math.abs(sum - 100) > 0.01) return `The three must add up to 100 %. Now: ${Number(sum.toFixed(2))} %.`
  return train <= 0 ? 'Training needs some items.' : null
}

/** When one share is typed, the train share takes the rest where that works. */
export function fillTrain(validation: number | null, test: number | null): number | null {
  const rest = 100 - (validation ?? 0) - (test ?? 0)
  return rest > 0 ? Number(rest.toFixed(2)) : null
}
