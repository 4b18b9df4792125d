import type { TrainingData } from '../../../engine/data/training-data.ts'
import type { Guess } from '../../../metrics/guesses.ts'

export interface UnlabelledPool {
  /** Rows that may be given pseudo-labels. */
  readonly rows: readonly number[]
  /** Left out: their content is that of an item of the test or validation split. */
  readonly held: number
}

/** The unlabelled rows of the train split, without any whose content is in the test or validation split: they would be trained on what is
 *  measured. */
export function unlabelledPool({ unlabelled, rows, hashes }: TrainingData): UnlabelledPool {
  const held = new Set([...rows.test, ...rows.validation].map((row) => hashes[row]!))
  const free = unlabelled.filter((row) => !held.has(hashes[row]!))
  // Whether a label is missing or taken away must not change the order.
  return { rows: free.toSorted((a, b) => a - b), held: unlabelled.length - free.length }
}

/** Beyond this the unlabelled rows look unlike the labelled ones. */
export const LARGE_GAP = 0.1

/** Mean confidence on held-out labelled rows minus that on the unlabelled ones: about the accuracy that is lost between them, when
 *  confidences are calibrated. Guillory et al., "Predicting with Confidence on Unseen Distributions", ICCV 2021, arXiv 2107.03315 ("difference of
 *  confidences"). Null where one side is empty. */
export function confidenceGap(heldOut: readonly Guess[], unlabelled: readonly Guess[]): number | null {
  if (heldOut.length === 0 || unlabelled.length === 0) return null
  const mean = (all: readonly Guess[]) => all.reduce((sum, { confidence }) => sum + confidence, 0) / all.length
  return mean(heldOut) - mean(unlabelled)
}
