import type { GraftError } from '../../../contract/errors.ts'
import type { Arrangement, Atom } from './axes.ts'
import type { Constant } from './constant.ts'

/** What a layer gives, for one picture: the batch is an axis of 1. Cutting, merging and reordering axes, taking one index of an axis and
 *  multiplying by a number cost no layer until something needs the numbers as they then are. */
export interface Activation extends Arrangement {
  readonly kind: 'activation'
  /** Number of the layer. */
  readonly node: number
  /** Atoms of the layout of which only one index is taken; they are on no axis. */
  readonly picks: ReadonlyMap<Atom, number>
  /** Still to be multiplied by. */
  readonly scale: number
  /** Nothing else uses it or what it was made from since its layer: its layer may still change. */
  readonly isAlone: boolean
}

/** Attention between its parts: softmax(q k^T scale) v of each head. Sizes: [heads, tokens, tokens], and [tokens, heads x size] of what is summed. */
export interface AttentionPart {
  readonly kind: 'scores' | 'shares' | 'sums'
  readonly shape: readonly number[]
  readonly query: Activation
  readonly key: Activation
  readonly value?: Activation
  readonly scale: number
}

/** What Graft has no layer for by itself. It may be part of a pattern that it has one for: only what needs it is refused. */
export interface Refusal {
  readonly kind: 'refusal'
  readonly error: GraftError
}

export type Value = Constant | Activation | Refusal
