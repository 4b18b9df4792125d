import type { LabelType } from '../../contract/datasets.ts'
import type { PlanProblem } from '../../contract/models.ts'
import type { LayerState, Network } from '../../contract/network.ts'
import type { ParamDefs, ParamValues, Params } from '../../contract/params.ts'
import type { ExperimentSpec } from '../../contract/spec.ts'
import type { Manifest, ModelFiles } from '../../contract/trainer.ts'
import type { DatasetFacts } from '../context.ts'
import type { Learner } from '../engine/run/learner.ts'
import type { Phase } from '../engine/step/phase.ts'
import type { StrategyContext } from '../engine/run/strategy-context.ts'
import type { StagedRun } from '../engine/run/staged-run.ts'

/** Of a strategy that trains by the losses of its heads alone, whatever these learn. */
export const ANY_HEADS: readonly LabelType[] = ['classification', 'regression', 'tags']

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
  /** What its heads may learn. Absent: classes and numbers, not tags. */
  readonly heads?: readonly LabelType[]
  /** What is wrong or doubtful about a spec of this strategy (strategies.md of the docs has each check). Pure. */
  check?(context: PreflightContext, values: ParamValues<P>): PlanProblem[]
  /** Whether a finished run may be trained for more epochs; a strategy of several stages may not. */
  readonly canExtend?: boolean
  /** False: the run may start without a single labelled training item, on unlabelled ones alone. Absent: it may not. */
  needsLabels?(values: ParamValues<P>): boolean
}

/** What a strategy of phases does instead of them for some values. */
export interface ScriptInstead {
  run(run: StagedRun): Promise<Learner>
  /** How large its operations are: all samples at once, shared by all cores, or as small as a step's. */
  readonly operations: 'large' | 'small'
}

/** A way to learn. Adding one is a folder and a line in index.ts; the form, the command line list and the conformance
 *  tests follow from the row. One that trains the planned network alone gives its phases, whose epochs add up to the spec's;
 *  any other is a resumable script (engine/run/staged-run.ts) that answers the learner to be kept. */
export type StrategyVariant<P extends ParamDefs = ParamDefs> = StrategyRow<P> &
  (
    | {
        phases(context: StrategyContext, values: ParamValues<P>): Phase[]
        /** Null: the phases are trained. */
        script?(values: ParamValues<P>): ScriptInstead | null
        run?: never
      }
    | { run(run: StagedRun, values: ParamValues<P>): Promise<Learner>; phases?: never; script?: never }
  )

/** Fixes the parameter types of one row while it is written. */
export function defineStrategy<const P extends ParamDefs>(row: StrategyVariant<P>): StrategyVariant<P> {
  return Object.freeze(row)
}
