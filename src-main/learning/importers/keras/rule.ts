import type { LayerType } from '../../../contract/network.ts'
import type { FlatLayer } from './flatten-model.ts'

/** A variable as it lies in the file. */
export interface KerasVariable {
  readonly shape: readonly number[]
  read(): Float32Array
}

/** Finds a variable of a layer by the names that versions of Keras give it, or by its number among the layer's; null: there is none. */
export type FindVariable = (layer: FlatLayer, names: readonly string[], index: number) => KerasVariable | null

export interface WeightOrigin {
  readonly names: readonly string[]
  readonly index: number
  /** The layer inside this one that the variable is of. */
  readonly within?: string
  /** In the file, where it is another shape of as many numbers in the same order. */
  readonly shape?: readonly number[]
}

/** One layer of Graft that a layer of Keras becomes, or one of several. */
export interface Piece {
  /** After the layer's own name; '' for the last piece. */
  readonly suffix: string
  readonly type: LayerType
  readonly config: Record<string, unknown>
  /** By Graft's names; left out: the layer's weights are Keras' variables, in this order and by these names. */
  readonly origins?: Readonly<Record<string, WeightOrigin>>
  /** Numbers of the layer's inputs, or the piece before; left out: all inputs of the first piece, the piece before of others. */
  readonly inputs?: readonly (number | 'before')[]
}

export interface RuleContext {
  /** Of the layer's inputs, without the batch axis. */
  readonly shapes: readonly (readonly number[])[]
  /** The numbers among its arguments, null in the place of tensors. */
  readonly numbers: readonly (number | null)[]
  readonly find: FindVariable
  /** Written before Keras 3, or by TensorFlow.js. */
  readonly isLegacy: boolean
  /** Tells the user something about the whole model, once. */
  note(problem: string): void
}

/** What a layer becomes; []: nothing, its input is its output. */
export type Rule = (layer: FlatLayer, context: RuleContext) => readonly Piece[]
