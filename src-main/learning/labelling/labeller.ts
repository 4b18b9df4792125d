import type { LabelAnswer, LabelQuestion } from '../../contract/label-questions.ts'
import type { Matrix } from '../transferability/matrix.ts'

/** What holds the features of every item and answers what labelling asks of them. */
export interface Labeller {
  /** Quick questions in order, and long ones in order beside them. Throws what the question cannot be answered for as a GraftError. */
  ask<Q extends LabelQuestion>(question: Q): Promise<Extract<LabelAnswer, { kind: Q['kind'] }>>
  dispose(): void
}

export interface LabellerParts {
  /** (items, D): row i is item i + 1. Not changed by anybody. */
  readonly features: Matrix & { readonly values: Float32Array }
  /** Features of a picture from outside, (D). */
  readonly featuresOf: (file: string) => Promise<Float32Array>
  /** Pictures as the base sees them, before its own normalisation: (rows, height, width, channels) of 0..255. */
  readonly pixels: (rows: readonly number[]) => Promise<{
    readonly values: Uint8Array | Float32Array
    readonly height: number
    readonly width: number
    readonly channels: number
  }>
  /** Of a question that takes long. */
  readonly onProgress: (what: string, done: number, total: number | null) => void
  readonly signal: AbortSignal
}
