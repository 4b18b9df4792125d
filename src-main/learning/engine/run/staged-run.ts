import type { ExhibitInput } from '../../../contract/exhibits.ts'
import type { Preprocessing } from '../../../contract/network.ts'
import type { ExperimentSpec } from '../../../contract/spec.ts'
import type { Manifest, ModelFiles } from '../../../contract/trainer.ts'
import type { Runtime, Variable } from '../../runtime.ts'
import type { UpdateRule } from '../../optimizers/optimizer.ts'
import type { SchedulePlace } from '../../schedules/schedule.ts'
import type { Phase } from '../step/phase.ts'
import type { StrategyContext } from './strategy-context.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import type { Learner, LearnerOptions } from './learner.ts'
import type { SplitName, TrainingData } from '../data/training-data.ts'

/** What a strategy of several stages works with. Its script is run from the top whenever the run starts or is resumed: every
 *  stage has a name, and a stage that is over answers at once with what it had found, so that a run that was paused or killed
 *  gives the same numbers as an uninterrupted one. A script therefore decides upon nothing but its parameters, the seed, and what
 *  stages answered. Any stage may throw `Interrupted`; let it pass. */
export interface StagedRun {
  readonly runtime: Runtime
  readonly spec: ExperimentSpec
  readonly manifest: Manifest
  /** How samples become inputs of the planned network. */
  readonly preprocessing: Preprocessing
  /** Of the planned network, its states and the spec. */
  readonly context: StrategyContext
  readonly rule: UpdateRule
  /** The schedule's factor on a learning rate, for loops of a strategy's own. */
  rateFactor(place: SchedulePlace, base: number): number
  /** The planned network with its starting weights, on the spec's dataset. */
  readonly main: Learner
  /** Says how many epochs all stages have together, for progress and time left. Call it first. */
  expect(epochs: number): void
  /** A further network. Released when the run ends. */
  learner(options: LearnerOptions): Learner
  /** A further dataset, named by a parameter of type `dataset`, at the planned network's input; targets are those of the plan's
   *  heads whose column and classes it has, missing elsewhere. */
  dataset(name: string): Promise<{ readonly data: TrainingData; readonly manifest: Manifest }>
  /** A model named by a parameter of type `model` or `models`. */
  reference(ref: string): Promise<Reference>
  /** Trains a learner through some phases with checkpoints; its model then holds the result (the best weights where early stopping
   *  asks for them). Metrics are series of the run. */
  fit(stage: string, learner: Learner, phases: readonly Phase[], options?: FitOptions): Promise<void>
  /** A loop of its own making, with the same checkpoints, curves and interruptions as `fit`. */
  loop(stage: string, options: LoopOptions): Promise<void>
  /** Fits heads that are linear in frozen features to convergence, at one strength of the penalty after the other; each head keeps the
   *  one with the smallest validation loss. Answers what each head was worth at each. */
  converge(stage: string, learner: Learner, options: ConvergeOptions): Promise<FittedStrength[][]>
  /** Raw outputs of a network in inference mode on rows of a dataset, (rows * width) per output. `layers`: of these layers instead. */
  outputs(of: Learner | Reference, rows: readonly number[], options?: OutputOptions): Promise<Float32Array[]>
  /** Metrics of a learner by name without split: `loss`, `accuracy` ... `data` and `rows`: other than its own. */
  evaluate(
    learner: Learner,
    split: SplitName,
    options?: { data?: TrainingData; rows?: readonly number[] },
  ): Promise<Record<string, number>>
  /** Something that is computed once per run and kept in its folder as JSON. */
  once<T>(stage: string, compute: () => Promise<T> | T): Promise<T>
  /** The present weights of a learner, and back. */
  weights(learner: Learner): WeightValues
  setWeights(learner: Learner, weights: WeightValues): void
  /** From now on a stop keeps this learner; the script's answer does so in any case. */
  keep(learner: Learner): void
  /** Shows something on the run's page. */
  exhibit(exhibit: ExhibitInput): void
  /** The items whose suggested labels the user kept in a `review` exhibit; null: nothing was decided. */
  reviewed(exhibit: string): readonly number[] | null
  /** Points of further series at the present step, by full name: `target.accuracy`. `test.` and `validation.` names are
   *  summarised with the run. */
  record(values: Readonly<Record<string, number>>): void
  /** For long work outside of fit and loop: throws `Interrupted` when the user asked for a pause or an end. Awaits a turn of the
   *  event loop. */
  throwIfInterrupted(progress?: {
    readonly done: number
    readonly total: number
    readonly message: string
  }): Promise<void>
}

/** A base model or trained model as a source of outputs. */
export interface Reference {
  readonly title: string
  readonly files: ModelFiles
  readonly weights: WeightValues
}

export interface FitOptions {
  /** Seed of the order of batches; absent: the spec's. */
  readonly seed?: number
  /** Absent: the spec's. Null: off. */
  readonly earlyStopping?: ExperimentSpec['earlyStopping']
  /** Rows of the validation split, when others than the data's. */
  readonly validationRows?: readonly number[]
  /** Unlabelled model selection and the like: the weights of the epoch in which `value` of the metrics was best are restored. */
  readonly select?: { readonly metric: string; readonly better: 'higher' | 'lower' }
  /** Asked after every epoch, with all of its metrics: a reason, in words, ends the training with that epoch's weights. */
  stopWhen?(metrics: Readonly<Record<string, number>>): string | null
  /** Absent: the spec's optimizer. */
  readonly rule?: UpdateRule
}

export interface ConvergeOptions {
  /** The frozen layer whose output, a vector, all heads read. */
  readonly features: string
  /** Dense layers, parallel to the learner's heads. */
  readonly layers: readonly string[]
  /** C of scikit-learn's LogisticRegression, ascending: from the strongest penalty. */
  readonly strengths: readonly number[]
  /** Of a head whose validation split has no label. */
  readonly unmeasured: number
}

export interface FittedStrength {
  readonly c: number
  readonly iterations: number
  /** On the validation split; null: it has no label. */
  readonly loss: number | null
  readonly accuracy: number | null
}

export interface OutputOptions {
  readonly data?: TrainingData
  readonly layers?: readonly string[]
  /** Softens nothing; dropout and BatchNorm are in inference mode always. Absent: computed anew each time. Present: kept in the
   *  run's folder under this name, so that a resumed run reads them back. */
  readonly stage?: string
}

export interface LoopOptions {
  readonly epochs: number
  readonly stepsPerEpoch: number
  /** Everything that the loop changes; a checkpoint holds these. */
  readonly variables: ReadonlyMap<string, Variable>
  /** One update; answers points of this step by full series name (`train.reconstructionError`). */
  step(at: LoopMoment): Promise<Record<string, number>> | Record<string, number>
  /** After an epoch; answers metrics by full name. */
  afterEpoch?(epoch: number): Promise<Record<string, number>> | Record<string, number>
  /** Samples that a step trains, for the speed on display. */
  readonly samplesPerStep?: number
  /** Whether its updates ran as graphs so far. */
  isCompiled(): boolean
  /** Before a checkpoint reads `variables` (a compiled program pulls), and after one was read back (it pushes). */
  pull?(): void
  push?(): void
}

export interface LoopMoment {
  readonly epoch: number
  /** Within the epoch, and within the whole loop. */
  readonly stepInEpoch: number
  readonly step: number
}

/** Thrown by a stage when the user paused, stopped or cancelled the run; the checkpoint is written. */
export class Interrupted extends Error {
  readonly action: 'pause' | 'stop' | 'cancel'
  constructor(action: 'pause' | 'stop' | 'cancel') {
    super(`The run was interrupted: ${action}`)
    this.action = action
  }
}
