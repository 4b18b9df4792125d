import type { ParamDefs, ParamValues, Params } from '../../contract/params.ts'
import type { InPlaceUpdate } from '../ops/native.ts'
import type { Scalar, Tensor, Tf, Variable } from '../runtime.ts'

/** What one weight tensor needs for one update. All tensors of the weight's own shape, scalars are float32. */
export interface UpdateInput {
  readonly weight: Tensor
  readonly gradient: Tensor
  /** The optimizer's memory of this weight, in the order of `slots`; zeros before the first step. */
  readonly slots: readonly Tensor[]
  readonly learningRate: Scalar
  /** The values of `scalars(step)`, fed as tensors so that a recorded step does not freeze them. */
  readonly scalars: readonly Scalar[]
}

/** The same with weight and slots as variables. */
export interface VariableUpdate extends UpdateInput {
  readonly weight: Variable
  readonly slots: readonly Variable[]
}

/** One update rule. `update` is pure tensor code: no assignment, no value-dependent control flow. */
export interface UpdateRule {
  readonly slots: readonly string[]
  /** Numbers that change with the step, counted from 1. */
  scalars(step: number): number[]
  /** Returns the new weight and the new slots; runs inside the caller's tidy. */
  update(tf: Tf, input: UpdateInput): { weight: Tensor; slots: Tensor[] }
  /** The same by native ops on the variables themselves, for recorded steps; absent where TensorFlow has none that computes
   *  the same. */
  inPlace?(tf: Tf, input: VariableUpdate): InPlaceUpdate[]
}

export interface OptimizerVariant<P extends ParamDefs = ParamDefs> {
  readonly type: string
  readonly label: string
  readonly help: string
  readonly params: Params<P>
  rule(values: ParamValues<P>): UpdateRule
}

/** Fixes the parameter types of one row while it is written. */
export function defineOptimizer<const P extends ParamDefs>(row: OptimizerVariant<P>): OptimizerVariant<P> {
  return Object.freeze(row)
}
