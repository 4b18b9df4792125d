import type { Descent } from './head/descent.ts'

/** Of a head that has not seen some of the labels. */
export interface HeldOutDescent extends Descent {
  /** It has come near its minimum, now or after an earlier label. */
  readonly isTold: boolean
}

/** A linear head on scaled features, and what it said of every row. */
export interface HeldHead {
  /** All classes of the column, those without a label included. */
  readonly classes: number
  /** The classes that have labels, ascending: the head's K outputs, in this order. */
  readonly present: readonly number[]
  /** Of scaled features (features/feature-scale.ts): (D * K) row by row, then the K biases. */
  readonly parameters: Float64Array
  /** Where the fit was left; the next one goes on from there. */
  readonly whole: Descent
  /** The same of the head that saw all labels but the held-out ones; null: too few labels to hold any out. */
  readonly part: HeldOutDescent | null
  readonly temperature: number
  /** Per row: most probable class, its calibrated probability, and how far the second one is. */
  readonly best: Int16Array
  readonly confidence: Float32Array
  readonly margin: Float32Array
  /** How long the answers for all rows took: the next fit leaves as much of its time for them. */
  readonly predictMs: number
}
