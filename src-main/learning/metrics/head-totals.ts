import type { HeadInfo } from '../network/head-info.ts'

/** Adds up what one head's metrics need, sample by sample; missing labels are left out. Plain numbers, so that it can
 *  be kept in a checkpoint. */
export interface HeadTotals {
  count: number
  loss: number
  lossWeight: number
  /** Classification: rows expected, columns predicted, row by row. Tags: four counts each (neither, only predicted, only expected, both). */
  confusion: number[]
  absolute: number
  squared: number
  /** Of the targets: their mean, and the sum of squared distances to it. */
  mean: number
  spread: number
  /** Tags: probabilities (N * T) and what is true (0 or 1), where metrics of all samples together are wanted. */
  scores?: number[]
  truths?: number[]
}

/** Totals of a checkpoint; those of older ones have the plain sums of targets and of their squares. */
export function readTotals(saved: HeadTotals | (Omit<HeadTotals, 'mean' | 'spread'> & PlainSums)): HeadTotals {
  if (!('sumSquares' in saved)) return saved
  const { sum, sumSquares, ...totals } = saved
  const mean = sum / Math.max(1, totals.count)
  return { ...totals, mean, spread: Math.max(0, sumSquares - sum * mean) }
}

interface PlainSums {
  readonly sum: number
  readonly sumSquares: number
}

export function emptyTotals({ type, classes }: HeadInfo): HeadTotals {
  const confusion = new Array<number>(type === 'tags' ? 4 * classes.length : classes.length ** 2).fill(0)
  return { count: 0, loss: 0, lossWeight: 0, confusion, absolute: 0, squared: 0, mean: 0, spread: 0 }
}

/** The same for an evaluation, which knows every sample in the end. */
export function evaluationTotals(head: HeadInfo): HeadTotals {
  const totals = emptyTotals(head)
  return head.type === 'tags' ? { ...totals, scores: [], truths: [] } : totals
}

/** What came of one sample. */
export interface SampleResult {
  /** Class index, or number in the target's own unit; NaN: tags, see `scores`. */
  readonly predicted: number
  readonly confidence: number | null
  readonly loss: number
  /** Of tags: their probabilities. */
  readonly scores?: readonly number[]
}
