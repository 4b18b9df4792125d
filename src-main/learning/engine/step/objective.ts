import type { Scalar, Tensor, Tf, Variable } from '../../runtime.ts'
import type { HeadTargets } from '../data/feed.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import type { Model } from '../model/model.ts'

/** What a phase minimises beside, or instead of, the heads' own losses. Everything here is recorded once and then runs as part of
 *  one TensorFlow graph (docs/engine.md): `loss` is pure tensor code, and whatever changes from step to step comes in as a feed
 *  or a number. */
export interface Objective {
  /** Further networks that the loss runs. */
  readonly partners?: readonly Partner[]
  /** Further tensors by name, e.g. the tasks' uncertainties; they are kept in checkpoints. Those that are trainable learn; the
   *  others are assigned by `loss` itself. */
  readonly variables?: ReadonlyMap<string, Variable>
  readonly feeds?: readonly Feed[]
  /** Numbers that change over time (lambda, temperature, a weight that ramps up). Always as many. */
  numbers?(at: Moment): readonly number[]
  /** Names of further scalars that `loss` gives; each is a series of the run, `train.<name>`. */
  readonly metrics?: readonly string[]
  loss(tf: Tf, input: LossInput): LossValue
  /** Absent: the gradients of `loss`. Present: makes gradients (in the order of `variables`) in its own way, e.g. from one loss per
   *  task. Tensor code. */
  gradients?(tf: Tf, variables: readonly Variable[], input: LossInput): LossValue & { gradients: readonly Tensor[] }
}

/** A further network in the step. */
export interface Partner {
  /** Prefix of its weights in checkpoints, `<name>:<layer>/<weight>`. */
  readonly name: string
  readonly model: Model
  /** Its layers that learn with this phase; empty: it only runs. */
  readonly trained: ReadonlySet<string>
  /** Multiplies the phase's learning rate for its weights. */
  readonly rateFactor?: number
}

/** How many numbers an objective feeds. */
export function numberCount(objective: Objective | undefined): number {
  const start = { phaseEpoch: 0, phaseEpochs: 1, phaseStep: 0, phaseSteps: 1, step: 0, epoch: 0, rows: [] }
  return objective?.numbers?.(start).length ?? 0
}

/** When a batch is trained. */
export interface Moment {
  /** Epochs over in this phase, and all of its epochs. */
  readonly phaseEpoch: number
  readonly phaseEpochs: number
  /** Updates over in this phase, and all of them. Progress p = phaseStep / phaseSteps, 0..1. */
  readonly phaseStep: number
  readonly phaseSteps: number
  /** Counted through the whole run; seeds what is drawn. */
  readonly step: number
  readonly epoch: number
  readonly rows: readonly number[]
}

export type Feed =
  | {
      /** One value per row of the learner's data, e.g. its teacher's logits. */
      readonly kind: 'rows'
      /** Of one row's value; []: a number. */
      readonly shape: readonly number[]
      /** (rows of the data, ...shape), row by row. Rows that are never trained may hold anything. */
      readonly values: Float32Array
      /** Values are targets, of shape [] or [C]: where samples are mixed, they are mixed by the same shares. */
      readonly isMixed?: boolean
    }
  | {
      /** Tensors made anew for each batch, e.g. a batch of another dataset: always as many, and of the same shapes for batches of the
       *  same size. They are disposed of after the step. */
      readonly kind: 'stream'
      /** How many tensors `load` gives. */
      readonly count: number
      load(tf: Tf, at: Moment): readonly Tensor[] | Promise<readonly Tensor[]>
    }

export interface LossInput {
  /** The batch as the network takes it (normalised, augmented), or the cached features at `from`. */
  readonly x: Tensor
  /** The learner's network in training mode, on `x` unless another batch is given: its outputs, or those of the named layers.
   *  With `isTraining: false` in inference mode. `movesAverages: false`: BatchNorm's averages stay, for a further pass over the
   *  same batch. */
  forward(options?: {
    x?: Tensor
    outputs?: readonly string[]
    isTraining?: boolean
    movesAverages?: boolean
  }): Tensor[]
  /** The heads' own weighted losses on the batch's labels: the sum, or each of them. */
  supervised(outputs: readonly Tensor[]): Scalar
  supervisedEach(outputs: readonly Tensor[]): Scalar[]
  /** Per head. */
  readonly targets: readonly HeadTargets[]
  /** Per feed; a feed of rows is one tensor (B, ...shape). */
  readonly feeds: readonly (readonly Tensor[])[]
  readonly numbers: readonly Scalar[]
  /** int32; seeds stateless random ops. */
  readonly step: Scalar
  readonly from: string | null
  /** The network's weights by full name, and what they were at the start of the run. */
  readonly weights: ReadonlyMap<string, Variable>
  readonly start: WeightValues
}

export interface LossValue {
  readonly loss: Scalar
  /** Raw outputs per head of the learner on the batch, for its training metrics. */
  readonly outputs: readonly Tensor[]
  /** In the order of the objective's `metrics`. */
  readonly metrics?: readonly Scalar[]
}
