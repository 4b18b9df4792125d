import { setImmediate } from 'node:timers/promises'
import type { Preprocessing } from '../../../contract/network.ts'
import type { ChildMessage, Manifest, TrainJob } from '../../../contract/trainer.ts'
import type { Runtime } from '../../runtime.ts'
import type { HeadInfo } from '../../network/head-info.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import type { Reporter } from '../loop/reporter.ts'
import type { RunVariants } from './run-variants.ts'
import type { Interruption } from '../loop/training.ts'
import type { TrainingData } from '../data/training-data.ts'
import { Interrupted, type Reference } from './staged-run.ts'

/** What a run needs of the world. */
export interface StagedRunParts {
  readonly runtime: Runtime
  readonly job: TrainJob
  readonly manifest: Manifest
  readonly variants: RunVariants
  readonly data: TrainingData
  readonly heads: readonly HeadInfo[]
  /** Of the planned network's reused layers; null: there are none. */
  readonly base: WeightValues | null
  readonly post: (message: ChildMessage) => void
  /** Resolves once all that was posted is recorded. */
  readonly recorded: () => Promise<void>
  readonly requested: () => Interruption | null
  /** Opens the samples of a manifest with some preprocessing; closed with the run. */
  readonly open: (
    manifest: string | null,
    preprocessing: Preprocessing,
  ) => Promise<{ data: TrainingData; manifest: Manifest }>
  readonly readWeights: (files: Reference['files']) => Promise<WeightValues>
}

/** Where a run stands, counted through all of its stages. */
export interface Position {
  epoch: number
  step: number
  seconds: number
  phase: string
}

/** What stages share. */
export interface RunScope extends StagedRunParts {
  readonly reporter: Reporter
  readonly position: Position
  /** Closed when the run ends. */
  readonly opened: { close(): void }[]
  totalEpochs: number
  /** `<series> <step>` of the points that were sent outside of training loops, of earlier processes, too; null: not read yet. */
  known: Set<string> | null
}

/** The moment for points and progress outside of a training loop. */
export function placeOf({ position, totalEpochs }: RunScope) {
  return {
    phase: position.phase,
    epoch: position.epoch,
    step: position.step,
    stepsPerEpoch: 0,
    progress: Math.min(1, position.epoch / Math.max(1, totalEpochs)),
    samplesPerSecond: null,
    secondsLeft: null,
    seconds: position.seconds,
  }
}

/** Lets messages in, and leaves when asked to. */
export async function throwIfInterrupted(
  { runtime, requested, reporter }: RunScope,
  progress?: { readonly done: number; readonly total: number; readonly message: string },
): Promise<void> {
  if (progress !== undefined) reporter.send({ type: 'progress', ...progress })
  await setImmediate()
  const action = runtime.signal.aborted ? 'cancel' : requested()
  if (action !== null) throw new Interrupted(action)
}
