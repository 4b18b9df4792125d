import type { Moment } from '../../../../engine/step/objective.ts'
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tf, Variable } from '../../../../runtime.ts'

/** The tasks of one batch. */
export interface TaskLosses {
  /** (T) L_t: mean over the batch's labelled samples; 0 where none is labelled. */
  readonly losses: Tensor1D
  /** (T) What each of them is the mean of: the labelled samples' weights added up; 0: the task has no label in this batch. */
  readonly labelled: Tensor1D
  /** Of `numbers`. */
  readonly numbers: readonly Scalar[]
}

/** How the losses of several tasks become one. T tasks; `importance` a_t (1; less for tasks that only help) is the user's word on
 *  each of them, and every weighting respects it. */
export interface TaskWeighting {
  /** Learnt or kept with checkpoints; those that are kept only are not trainable. */
  readonly variables: ReadonlyMap<string, Variable>
  /** Numbers that a step is fed with. */
  numbers(at: Moment): readonly number[]
  /** The loss, and the weight (T) that each task's loss has in it. Tensor code, once per step: it may assign its variables. */
  combine(tf: Tf, tasks: TaskLosses): { readonly loss: Scalar; readonly weights: Tensor1D }
  /** Present: weights (T) of the tasks' gradients in what they share, from the gradients' inner products (T, T), in place of the gradient
   *  of `combine`'s loss. */
  fromGradients?(tf: Tf, products: Tensor2D, numbers: readonly Scalar[]): Tensor1D
}

export interface WeightingOptions {
  /** a_t > 0, one per task. */
  readonly importance: readonly number[]
  readonly seed: number
}

/** Shares that add up to 1, so that the size of a step does not grow with the number of tasks. */
export function shares(importance: readonly number[]): number[] {
  const sum = importance.reduce((total, value) => total + value, 0)
  return importance.map((value) => value / sum)
}

export const sumOf = (tf: Tf, values: Tensor): Scalar => tf.sum(values) as Scalar
