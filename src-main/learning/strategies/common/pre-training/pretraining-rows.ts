import { seededRandom, shuffle } from '../../../../base/seeded-random.ts'
import type { TrainingData } from '../../../engine/data/training-data.ts'
import { unlabelledPool } from '../pseudo-labels/unlabelled-pool.ts'

export interface PretrainingRows {
  /** Labelled and unlabelled rows of the train split. */
  readonly rows: readonly number[]
  readonly labelled: number
  readonly unlabelled: number
  /** Unlabelled rows that are left out: their content is that of a test or validation item. */
  readonly held: number
  /** Some of those rows, and some of the validation split, for measuring. */
  readonly watched: { readonly train: readonly number[]; readonly validation: readonly number[] }
}

/** As many of each split are looked at after an epoch. */
const WATCHED = 1000

/** What pre-training learns from: every row of the train split, with a label or without, and nothing of the other splits. */
export function pretrainingRows(data: TrainingData, seed: number): PretrainingRows {
  const { rows: unlabelled, held } = unlabelledPool(data)
  const rows = [...data.rows.train, ...unlabelled].sort((a, b) => a - b)
  const some = (all: readonly number[], name: string) => shuffle([...all], seededRandom(seed, name)).slice(0, WATCHED)
  return {
    rows,
    labelled: data.rows.train.length,
    unlabelled: unlabelled.length,
    held,
    watched: { train: some(rows, 'watched train'), validation: some(data.rows.validation, 'watched validation') },
  }
}

/** Where the samples of pre-training come from, in words. */
export function rowsWords({ rows, labelled, unlabelled, held }: PretrainingRows): string {
  const copies = held > 0 ? ` ${held} unlabelled ones were left out: they are copies of test or validation items.` : ''
  return `Pre-trained without labels on ${rows.length} training items (${labelled} labelled, ${unlabelled} unlabelled).${copies}`
}

/** Rows in the order of one epoch, in batches; the last one may be smaller. */
export function batchesOfEpoch(rows: readonly number[], size: number, seed: number, epoch: number): number[][] {
  const order = shuffle([...rows], seededRandom(seed, `order of epoch ${epoch}`))
  return Array.from({ length: Math.ceil(order.length / size) }, (_, i) => order.slice(i * size, (i + 1) * size))
}
