import { join } from 'node:path'
import type { ExperimentSpec } from '../../contract/spec.ts'
import type { ChildMessage } from '../../contract/trainer.ts'
import type { Lab, Variable } from '../lab.ts'
import type { UpdateRule } from '../optimizers/optimizer.ts'
import type { SchedulePlace } from '../schedules/schedule.ts'
import type { Phase } from '../strategies/strategy.ts'
import { writeVariables } from './checkpoint.ts'
import type { HeadInfo } from './heads.ts'
import type { LoopState } from './loop-state.ts'
import type { Model } from './model.ts'
import type { Reporter } from './reporter.ts'
import type { TrainStep } from './train-step.ts'
import type { Samples, TrainingData } from './training-data.ts'

export type Interruption = 'pause' | 'stop' | 'cancel'

/** Everything one run needs. */
export interface Training {
  readonly lab: Lab
  readonly spec: ExperimentSpec
  readonly model: Model
  readonly phases: readonly Phase[]
  readonly rule: UpdateRule
  /** Factor on a phase's learning rate. */
  readonly rateFactor: (place: SchedulePlace, base: number) => number
  readonly heads: readonly HeadInfo[]
  readonly data: TrainingData
  /** `runs/<id>/checkpoints`. */
  readonly checkpoints: string
  readonly resume: boolean
  readonly post: (message: ChildMessage) => void
  /** What the parent asked for last; null: go on. */
  readonly requested: () => Interruption | null
  /** Samples of a phase: the data's own, or features at its cut. Null when interrupted on the way. */
  readonly prepare: (phase: Phase, reporter: Reporter) => Promise<Samples | null>
}

/** A run under way. */
export interface Session extends Training {
  readonly state: LoopState
  readonly reporter: Reporter
  /** Weights that any phase may change; checkpoints hold these. */
  readonly trainable: ReadonlyMap<string, Variable>
}

/** One phase of a run under way. */
export interface Stage {
  readonly phase: Phase
  readonly samples: Samples
  readonly step: TrainStep
  readonly stepsPerEpoch: number
  /** Rows of one epoch, in its own order. */
  readonly batches: (epoch: number) => number[][]
  saveCheckpoint(): void
}

export function bestWeightsFile(checkpoints: string): string {
  return join(checkpoints, 'best.safetensors')
}

/** `averages` stand in for weights of the same name. */
export function saveBest(session: Session, averages: ReadonlyMap<string, Variable>): void {
  const weights = [...session.trainable].map(([name, weight]) => [name, averages.get(name) ?? weight] as const)
  writeVariables(bestWeightsFile(session.checkpoints), new Map(weights))
}
