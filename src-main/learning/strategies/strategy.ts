import type { LayerState, Network } from '../../contract/network.ts'
import type { ParamDefs, ParamValues, Params } from '../../contract/params.ts'
import type { ExperimentSpec } from '../../contract/spec.ts'

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
}

/** What a strategy decides upon. */
export interface StrategyContext {
  readonly network: Network
  readonly states: Readonly<Record<string, LayerState>>
  readonly spec: ExperimentSpec
  /** Of the optimizer's checked parameters. */
  readonly learningRate: number
  /** From the plan; null: nothing can be cached. */
  readonly cachedUpTo: string | null
  /** The deepest single tensor that none of these layers feeds. */
  cutBefore(trained: ReadonlySet<string>): string | null
}

/** A way to learn. Adding one is a file and a line in index.ts; the form, the command line list and the conformance
 *  tests follow from the row. */
export interface StrategyVariant<P extends ParamDefs = ParamDefs> {
  readonly type: string
  readonly label: string
  readonly help: string
  readonly params: Params<P>
  /** The phases in order; their epochs add up to the spec's. */
  phases(context: StrategyContext, values: ParamValues<P>): Phase[]
}

/** Fixes the parameter types of one row while it is written. */
export function defineStrategy<const P extends ParamDefs>(row: StrategyVariant<P>): StrategyVariant<P> {
  return Object.freeze(row)
}
