import { packNumbers, unpackInt16, unpackInt32 } from '../../../src-main/base/packed-numbers.ts'
import { seededRandom, shuffle } from '../../../src-main/base/seeded-random.ts'
import { createLabeller } from '../../../src-main/learning/labelling/create-labeller.ts'
import type { Labeller } from '../../../src-main/learning/labelling/labeller.ts'
import type { Tf } from '../../../src-main/learning/runtime.ts'
import type { Matrix } from '../../../src-main/learning/transferability/matrix.ts'

/** Items that are labelled one batch after the other, and others on which the head is measured: the rows behind them. */
export interface ReplayData {
  readonly features: Matrix & { readonly values: Float32Array }
  readonly labels: Uint8Array
  readonly classes: number
  /** The first so many rows may be labelled. */
  readonly pool: number
}

export const REPLAYED = ['random', 'uncertainty', 'novelty', 'mixed'] as const
export type Replayed = (typeof REPLAYED)[number]

export interface ReplayOptions {
  readonly by: Replayed
  /** Draws the rows of the pool that take part, and the random order. */
  readonly seed: number
  readonly drawn: number
  readonly firstBatch: number
  readonly batch: number
  /** Ends there, or once the accuracy is reached. */
  readonly mostLabels: number
  readonly until: number
  readonly budgetMs: number
}

export interface ReplayStep {
  readonly labels: number
  /** On the measured rows; 0 before two classes have labels. */
  readonly accuracy: number
}

export function labellerOf(tf: Tf, { features }: ReplayData): Labeller {
  const never = () => Promise.reject(new Error('a replay has no pictures'))
  const signal = new AbortController().signal
  return createLabeller(tf, { features, featuresOf: never, pixels: never, onProgress: () => undefined, signal })
}

/** Accuracy of the head on the measured rows, once it has converged on so labelled ones. */
export async function accuracyWith(
  labeller: Labeller,
  { labels: truth, classes, pool }: ReplayData,
  labels: Int32Array,
  budgetMs: number,
): Promise<number> {
  const question = { kind: 'fit', classes, labels: packNumbers(labels), budgetMs, seed: 1 } as const
  const best = unpackInt16((await labeller.ask(question)).best)
  let right = 0
  for (let row = pool; row < truth.length; row++) if (best[row] === truth[row]) right += 1
  return right / (truth.length - pool)
}

/** Labels batch after batch as a person would who asks what to label next, beginning with none: before two classes have labels nothing can be
 *  uncertain, and novelty goes first, as it does in the workbench. */
export async function replayLabelling(tf: Tf, data: ReplayData, options: ReplayOptions): Promise<ReplayStep[]> {
  const { by, seed, drawn, firstBatch, batch, mostLabels, until, budgetMs } = options
  const labeller = labellerOf(tf, data)
  const labels = new Int32Array(data.labels.length).fill(-1)
  const random = shuffle([...Array(data.pool).keys()], seededRandom(seed, 'labels at random')).slice(0, drawn)
  const taking = [...random].sort((a, b) => a - b)
  const steps: ReplayStep[] = []
  let hasHead = false
  for (let labelled = 0; labelled < Math.min(mostLabels, drawn);) {
    const count = labelled === 0 ? firstBatch : batch
    const rows = Int32Array.from(taking.filter((row) => labels[row]! < 0))
    const asked = { kind: 'order', rows: packNumbers(rows), labels: packNumbers(labels), count, seed } as const
    const next =
      by === 'random'
        ? random.slice(labelled, labelled + count)
        : unpackInt32((await labeller.ask({ ...asked, by: hasHead ? by : 'novelty' })).rows)
    next.forEach((row) => (labels[row] = data.labels[row]!))
    labelled += next.length
    hasHead = new Set(labels.filter((label) => label >= 0)).size > 1
    const accuracy = hasHead ? await accuracyWith(labeller, data, labels, budgetMs) : 0
    steps.push({ labels: labelled, accuracy })
    if (accuracy >= until) break
  }
  labeller.dispose()
  return steps
}

/** Labels after which an accuracy is reached for the first time; null: it is not. */
export function labelsFor(steps: readonly ReplayStep[], accuracy: number): number | null {
  return steps.find((step) => step.accuracy >= accuracy)?.labels ?? null
}
