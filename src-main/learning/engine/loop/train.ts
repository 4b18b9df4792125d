import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { removeAll } from '../../../base/disk/remove.ts'
import { seededRandom, shuffle } from '../../../base/seeded-random.ts'
import { emptyTotals } from '../../metrics/head-totals.ts'
import type { Phase } from '../step/phase.ts'
import { readAllFloat32 } from '../../weights/safetensors.ts'
import { dropWaiting, newestCheckpoint, readVariables, writeCheckpoint } from './checkpoint.ts'
import { objectiveVariables } from '../step/apply-gradients.ts'
import { addSeconds, type LoopState, startState } from './loop-state.ts'
import { createPace } from './pace.ts'
import { runEpoch } from './run-epoch.ts'
import type { Interruption, Session, Stage, Training } from './training.ts'
import { createTrainStep, type TrainStep } from '../step/train-step.ts'
import type { Samples } from '../data/training-data.ts'

/** How training ended: by itself, or by a request (a checkpoint is then on disk, except for cancel). */
export interface LoopEnd {
  readonly interruption: Interruption | null
  /** Of the last phase that ran; null when it was interrupted before its first batch. */
  readonly samples: Samples | null
  readonly session: Session
}

/** Trains a learner through all phases, from the newest checkpoint where that is asked for. Uninterrupted, or interrupted and
 *  resumed any number of times: the same numbers. */
export async function train(training: Training): Promise<LoopEnd> {
  if (!training.resume) removeAll(training.checkpoints)
  mkdirSync(training.checkpoints, { recursive: true })
  dropWaiting(training.checkpoints)
  const found = training.resume ? newestCheckpoint(training.checkpoints) : null
  const session = openSession(training, found?.state ?? null)
  if (found !== null) restore(session, found)
  if (found !== null && isOver(session)) takeAverages(session, found)
  // Before a phase's first step its optimizer remembers nothing.
  let slotsFrom = found !== null && found.state.phaseStep > 0 ? found.path : null
  let samples: Samples | null = null
  while (session.state.phase < training.phases.length && session.state.stoppedEarlyOf === null) {
    const phase = training.phases[session.state.phase]!
    if (session.state.phaseEpoch < phase.epochs) {
      const started = training.runtime.now()
      samples = await training.prepare(phase, session.reporter)
      addSeconds(session.state, (training.runtime.now() - started) / 1000)
      const interruption = samples === null ? leaveEarly(session) : await runPhase(session, phase, samples, slotsFrom)
      if (interruption !== null) return { interruption, samples, session }
    }
    if (session.state.stoppedEarlyOf !== null || session.state.phase === training.phases.length - 1) break
    Object.assign(session.state, { phase: session.state.phase + 1, phaseEpoch: 0, phaseStep: 0 })
    slotsFrom = null
  }
  return { interruption: null, samples, session }
}

function openSession(training: Training, saved: LoopState | null): Session {
  const state = saved ?? startState(training.heads.map(emptyTotals), training.from)
  const isExtended = state.stoppedEarlyOf !== null && state.stoppedEarlyOf !== training.spec.epochs
  if (isExtended) Object.assign(state, { stoppedEarlyOf: null, waited: 0 })
  const learning = new Set(training.phases.flatMap((phase) => [...phase.trained, ...phase.trainingMode]))
  const own = [...training.model.weights].filter(([name]) => learning.has(name.split('/')[0]!))
  const others = training.phases.flatMap(({ objective }) => [...objectiveVariables(objective)])
  return { ...training, state, trainable: new Map([...own, ...others]) }
}

function restore(session: Session, found: { path: string }): void {
  readVariables(session.runtime.tf, join(found.path, 'weights.safetensors'), session.trainable)
}

/** Whether the phase that a checkpoint was written in has ended. */
function isOver({ state, phases }: Session): boolean {
  return state.stoppedEarlyOf !== null || state.phaseEpoch >= (phases[state.phase]?.epochs ?? 0)
}

/** A phase's last checkpoint is written before its weights take over their averages, so that more epochs can follow. */
function takeAverages({ runtime, spec, trainable }: Session, found: { path: string }): void {
  if (spec.weightAverage === null) return
  const slots = readAllFloat32(join(found.path, 'slots.safetensors'))
  for (const [name, variable] of trainable) {
    const average = slots.get(`${name}#average`)
    if (average !== undefined) runtime.tf.tidy(() => variable.assign(runtime.tf.tensor(average.values, variable.shape)))
  }
}

/** Interrupted while features were computed: what is done of them stays in the cache. */
function leaveEarly(session: Session): Interruption {
  const interruption = session.requested() ?? 'cancel'
  if (interruption !== 'cancel' && newestCheckpoint(session.checkpoints) === null) save(session, null)
  return interruption
}

async function runPhase(session: Session, phase: Phase, samples: Samples, slotsFrom: string | null) {
  const { runtime, model, start, heads, rule, state, spec, data } = session
  const rows = phase.rows ?? data.rows.train
  const parts = { model, start, phase, heads, rule, samples, targets: data.targets, rows, options: spec }
  const step = createTrainStep(runtime, parts, phase.batchSize ?? spec.batchSize)
  try {
    if (slotsFrom !== null) readVariables(runtime.tf, join(slotsFrom, 'slots.safetensors'), step.updater.slots)
    const batches = (epoch: number) => batchesOf(session, phase, epoch)
    const stepsPerEpoch = batches(0).length
    const pace = createPace(state)
    const stage: Stage = {
      phase,
      samples,
      step,
      stepsPerEpoch,
      batches,
      pace,
      saveCheckpoint: () => save(session, step),
    }
    while (state.phaseEpoch < phase.epochs && state.stoppedEarlyOf === null) {
      const interruption = await runEpoch(session, stage)
      if (interruption === 'stop') step.settle()
      if (interruption !== null) return interruption
    }
    step.settle()
    return null
  } finally {
    step.program.pull()
    step.dispose()
  }
}

/** The phase's rows in the order of one epoch, cut into batches. A last batch of a single sample is left out when BatchNorm
 *  learns from the batch: it has no variance. */
function batchesOf(session: Session, phase: Phase, epoch: number): number[][] {
  const { spec, data, model, seed } = session
  const size = phase.batchSize ?? spec.batchSize
  const order = shuffle([...(phase.rows ?? data.rows.train)], seededRandom(seed, `order of epoch ${epoch}`))
  const batches: number[][] = []
  for (let i = 0; i < order.length; i += size) batches.push(order.slice(i, i + size))
  const learnsFromBatch = model.network.layers.some(
    (layer) => layer.type === 'BatchNormalization' && phase.trainingMode.has(layer.name),
  )
  return learnsFromBatch && batches.length > 1 && batches.at(-1)!.length === 1 ? batches.slice(0, -1) : batches
}

function save(session: Session, step: TrainStep | null): void {
  const { checkpoints, trainable, state, reporter } = session
  step?.program.pull()
  const { path, take } = writeCheckpoint(checkpoints, {
    weights: trainable,
    slots: step?.updater.slots ?? new Map(),
    state,
  })
  reporter.send({ type: 'checkpoint', path, epoch: state.epoch, step: state.step })
  void reporter.recorded().then(take)
}
