import type { Tensor } from '../../runtime.ts'
import type { UpdateRule } from '../../optimizers/optimizer.ts'
import type { Phase } from './phase.ts'
import type { UpdateOptions } from './apply-gradients.ts'
import type { HeadTargets, StepNumbers, StepScalars } from '../data/feed.ts'
import type { HeadInfo } from '../../network/head-info.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import type { Model } from '../model/model.ts'
import type { Samples } from '../data/training-data.ts'

export interface TrainStepParts {
  readonly model: Model
  readonly phase: Phase
  readonly heads: readonly HeadInfo[]
  readonly rule: UpdateRule
  readonly samples: Samples
  /** Per head and row. */
  readonly targets: readonly Float64Array[]
  /** All that training may read. */
  readonly rows: readonly number[]
  readonly options: UpdateOptions
  /** What the network's weights were at the start of the run, for an objective that asks for them; absent: none. */
  readonly start?: WeightValues
}

/** With what follows from the training rows. */
export interface KnownParts extends TrainStepParts {
  /** Per head: every training row is labelled and counts alike. */
  readonly uniform: readonly boolean[]
}

/** What one update gives back. */
export interface StepResult {
  readonly loss: number
  /** Raw outputs per head, (B, C) or (B, 1). */
  readonly outputs: readonly Float32Array[]
  /** Of the objective, in its order. */
  readonly metrics: readonly number[]
}

/** One batch: its rows, and their values where the step does not hold them. */
export interface StepBatch {
  readonly rows: readonly number[]
  readonly epoch: number
  readonly numbers: StepNumbers
  /** Of the objective's feeds of streams, in their order. The step disposes of them. */
  readonly streams?: readonly (readonly Tensor[])[]
  /** False: its gradients are only collected. */
  readonly isLast: boolean
}

export interface BatchTensors {
  readonly x: Tensor
  readonly heads: readonly HeadTargets[]
  /** Of the samples' changes; null: none. */
  readonly drawn: readonly Tensor[] | null
  /** Per feed of the objective. */
  readonly feeds: readonly (readonly Tensor[])[]
}

/** Makes one update; gives loss, raw outputs per head, and the objective's metrics. */
export type Update = (batch: BatchTensors, scalars: StepScalars) => Tensor[]

/** How many numbers come with each update. */
export interface NumberCounts {
  readonly optimizer: number
  readonly objective: number
}
