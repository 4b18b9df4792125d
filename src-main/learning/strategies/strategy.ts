import type { PlanProblem } from '../../contract/models.ts'
import type { LayerState, Network } from '../../contract/network.ts'
import type { ParamDefs, ParamValues, Params } from '../../contract/params.ts'
import type { ExperimentSpec } from '../../contract/spec.ts'
import type { Manifest, ModelFiles } from '../../contract/trainer.ts'
import type { DatasetFacts } from '../context.ts'
import type { Learner } from '../engine/learner.ts'
import type { Objective } from '../engine/objective.ts'
import type { Workshop } from '../engine/workshop.ts'

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

/** What a strategy's own checks look at before anything runs. */
export interface PreflightContext {
  readonly spec: ExperimentSpec
  readonly network: Network
  readonly states: Readonly<Record<string, LayerState>>
  readonly heads: Manifest['heads']
  /** Null while none is chosen. */
  readonly dataset: DatasetFacts | null
  /** A further dataset that a parameter of type `dataset` names; null: there is none of that name. */
  datasetOf(name: string): DatasetFacts | null
  /** A model that a parameter of type `model` or `models` names; null: there is none. */
  modelOf(ref: string): { readonly title: string; readonly files: ModelFiles; readonly isTrained: boolean } | null
}

interface StrategyRow<P extends ParamDefs> {
  readonly type: string
  readonly label: string
  readonly help: string
  readonly params: Params<P>
  /** What is wrong or doubtful about a spec of this strategy (strategies.md of the docs has each check). Pure. */
  check?(context: PreflightContext, values: ParamValues<P>): PlanProblem[]
  /** Whether a finished run may be trained for more epochs; a strategy of several stages may not. */
  readonly canExtend?: boolean
  /** False: the run may start without a single labelled training item, on unlabelled ones alone. Absent: it may not. */
  needsLabels?(values: ParamValues<P>): boolean
}

/** A way to learn. Adding one is a file and a line in index.ts; the form, the command line list and the conformance
 *  tests follow from the row. One that trains the planned network alone gives its phases, whose epochs add up to the spec's;
 *  any other is a resumable script (engine/workshop.ts) that answers the learner to be kept. */
export type StrategyVariant<P extends ParamDefs = ParamDefs> = StrategyRow<P> &
  (
    | { phases(context: StrategyContext, values: ParamValues<P>): Phase[]; run?: never }
    | { run(workshop: Workshop, values: ParamValues<P>): Promise<Learner>; phases?: never }
  )

/** Fixes the parameter types of one row while it is written. */
export function defineStrategy<const P extends ParamDefs>(row: StrategyVariant<P>): StrategyVariant<P> {
  return Object.freeze(row)
}
