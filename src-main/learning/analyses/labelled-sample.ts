import { GraftError } from '../../contract/errors.ts'
import { limitLabels } from '../engine/data/label-limit.ts'
import type { StagedRun } from '../engine/run/staged-run.ts'

/** Labelled training rows of the spec's first classification head. */
export interface LabelledSample {
  readonly head: string
  readonly rows: readonly number[]
  /** Class index of each row. */
  readonly labels: readonly number[]
  /** Classes that occur. */
  readonly classes: number
  /** Names of classes left out, since they have fewer than two samples. */
  readonly leftOut: readonly string[]
}

/** At most `limit` of them, as many of each class as can be. Throws E_DATASET_UNUSABLE where there is no classification, or fewer than two
 *  classes with two samples. */
export function labelledSample({ main, spec }: StagedRun, limit: number): LabelledSample {
  const place = main.heads.findIndex(({ type }) => type === 'classification')
  if (place < 0) {
    throw new GraftError('E_DATASET_UNUSABLE', 'Expected a head for classification. Received: numbers or tags only.', {
      fix: 'Add a head for a column with classes.',
    })
  }
  const head = main.heads[place]!
  const targets = main.data.targets[place]!
  const labelled = main.data.rows.train.filter((row) => !Number.isNaN(targets[row]!))
  const counts = head.classes.map((_, index) => labelled.filter((row) => targets[row] === index).length)
  const usable = labelled.filter((row) => counts[targets[row]!]! >= 2)
  const leftOut = head.classes.filter((_, index) => counts[index]! < 2)
  const { labelled: rows } = limitLabels(usable, { limit, seed: spec.seed, targets, isClassification: true })
  const labels = rows.map((row) => targets[row]!)
  const classes = new Set(labels).size
  if (classes >= 2 && rows.length >= 2 * classes) return { head: head.name, rows, labels, classes, leftOut }
  throw new GraftError(
    'E_DATASET_UNUSABLE',
    `Expected two classes or more with at least two labelled training items each (column ${head.name}, ${limit} items at most). Received: ${counts.filter((count) => count >= 2).length}.`,
    { fix: 'Label more items.' },
  )
}
