import type { LabellerContext } from '../labeller-context.ts'

export interface OrderTask {
  /** Rows to put in order. */
  readonly rows: Int32Array
  /** Per row of the dataset, class index or -1. */
  readonly labels: Int32Array
  readonly count: number
  readonly seed: number
}

/** First things first, at most `count`; larger scores come first. */
export interface Ordered {
  readonly rows: ArrayLike<number>
  readonly scores: ArrayLike<number>
}

export type OrderBy = (context: LabellerContext, task: OrderTask) => Ordered
