import { join } from 'node:path'
import type { ExperimentSpec } from '../../../contract/spec.ts'
import type { Runtime, Variable } from '../../runtime.ts'
import type { UpdateRule } from '../../optimizers/optimizer.ts'
import type { SchedulePlace } from '../../schedules/schedule.ts'
import type { Phase } from '../step/phase.ts'
import { writeVariables } from './checkpoint.ts'
import type { HeadInfo } from '../../network/head-info.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import type { LoopState } from './loop-state.ts'
import type { Model } from '../model/model.ts'
import type { Pace } from './pace.ts'
import type { Reporter } from './reporter.ts'
import type { TrainStep } from '../step/train-step.ts'
import type { Samples, TrainingData } from '../data/training-data.ts'

export type Interruption = 'pause' | 'stop' | 'cancel'

/** Everything that training one learner through its phases needs. */
export interface Training {
  readonly runtime: Runtime
  readonly spec: ExperimentSpec
  readonly model: Model
  /** Its weights at the start of the run. */
  readonly start: WeightValues
  /** Stands in the names of its series; empty for the planned network. */
  readonly learner: string
  readonly phases: readonly Phase[]
  readonly rule: UpdateRule
  /** Factor on a phase's learning rate. */
  readonly rateFactor: (place: SchedulePlace, base: number) => number
  readonly heads: readonly HeadInfo[]
  readonly data: TrainingData
  readonly validationRows: readonly number[]
  /** Of the order of batches. */
  readonly seed: number
  readonly earlyStopping: ExperimentSpec['earlyStopping']
  /** Whose best epoch's weights are kept, instead of early stopping's metric. */
  readonly select: { readonly metric: string; readonly better: 'higher' | 'lower' } | null
  /** Answers why training is to end after an epoch of these metrics; null: it goes on. */
  readonly stopWhen: ((metrics: Readonly<Record<string, number>>) => string | null) | null
  /** `runs/<id>/checkpoints/<stage>`. */
  readonly checkpoints: string
  readonly resume: boolean
  /** Where the run stood when this learner's turn came. */
  readonly from: { readonly epoch: number; readonly step: number; readonly seconds: number }
  /** Of the whole run, for progress. */
  readonly totalEpochs: number
  readonly reporter: Reporter
  /** What the parent asked for last; null: go on. */
  readonly requested: () => Interruption | null
  /** Samples of a phase: the data's own, or features at its cut. Null when interrupted on the way. */
  readonly prepare: (phase: Phase, reporter: Reporter) => Promise<Samples | null>
}

/** A training under way. */
export interface Session extends Training {
  readonly state: LoopState
  /** Weights that any phase may change, those of its objective too; checkpoints hold these. */
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
  readonly pace: Pace
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

/** Puts a learner's name behind the split: `validation.accuracy` -> `validation.teacher.accuracy`. */
export function seriesOf(learner: string, metrics: Readonly<Record<string, number>>): Record<string, number> {
  if (learner === '') return { ...metrics }
  const named = (name: string) => name.replace(/^[^.]+/, (split) => `${split}.${learner}`)
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [named(name), value]))
}
