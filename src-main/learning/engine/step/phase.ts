import type { Objective } from './objective.ts'

/** One stretch of training with one optimizer: who learns, how fast, and from which cached features. The learning rate
 *  schedule starts anew with every phase. */
export interface Phase {
  /** Shown while it runs and kept in the checkpoint: `head`, `fine-tune` ... */
  readonly name: string
  readonly epochs: number
  /** Base learning rate; the schedule and `rateFactor` multiply it. */
  readonly learningRate: number
  /** Layers whose weights learn in this phase. */
  readonly trained: ReadonlySet<string>
  /** Layers that run in training mode: BatchNorm normalises with the batch and moves its averages, Dropout drops. All others
   *  run as in inference. */
  readonly trainingMode: ReadonlySet<string>
  /** Per layer, multiplies the learning rate; 1 where absent. */
  readonly rateFactor: ReadonlyMap<string, number>
  /** Last layer of the part that stands still: run once per image and cached. Null: nothing can be cached. */
  readonly cachedUpTo: string | null
  /** What is minimised; absent: the weighted sum of the heads' losses. */
  readonly objective?: Objective
  /** Rows that are trained on; absent: the labelled rows of the train split. */
  readonly rows?: readonly number[]
  /** Absent: the spec's. */
  readonly batchSize?: number
  /** After each epoch, further metrics by full name (`target.accuracy`); they become series of the run. */
  readonly afterEpoch?: (epoch: number) => Promise<Record<string, number>>
}
