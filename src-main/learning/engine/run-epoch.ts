import { setImmediate } from 'node:timers/promises'
import { GraftError } from '../../contract/errors.ts'
import { emptyTotals } from '../metrics/head-metrics.ts'
import { splitMetrics } from '../metrics/split-metrics.ts'
import { addOutputs, evaluate, evaluationBatch } from './evaluate.ts'
import { createClock, type Clock } from './epoch-clock.ts'
import { groupPlace } from './updates/groups.ts'
import type { StepBatch, StepResult } from './train-step.ts'
import type { Values } from './training-data.ts'
import { type Interruption, saveBest, type Session, type Stage } from './session.ts'
import type { Place } from './reporter.ts'

const CHECKPOINT_INTERVAL_MS = 30_000

/** Runs what is left of the epoch under way: its batches, the validation split, the checkpoint. Leaves within one call
 *  when asked to, with a checkpoint (none on cancel). */
export async function runEpoch(session: Session, stage: Stage): Promise<Interruption | null> {
  const { lab, state } = session
  const clock = createClock(session)
  const batches = stage.batches(state.epoch)
  const read = readAhead(session, stage, batches)
  let savedAt = lab.now()
  while (state.batch < batches.length) {
    const interruption = asked(session)
    if (interruption !== null) return leave(stage, interruption, clock)
    const count = callSize(stage, batches, state.batch)
    if (count > 1) runHeld(session, stage, batches, count, clock)
    else runBatch(session, stage, batches, await clock.waitFor(read), clock)
    if (lab.now() - savedAt >= CHECKPOINT_INTERVAL_MS) {
      stage.saveCheckpoint()
      savedAt = lab.now()
    }
    await setImmediate()
  }
  const totals = await validate(session, stage)
  if (totals === null) return leave(stage, asked(session) ?? 'cancel', clock)
  clock.tick(0)
  endEpoch(session, stage, totals, clock)
  return null
}

/** Reads the batch that is due and begins to read the one after it, which then arrives while the step runs. */
function readAhead({ state }: Session, { samples }: Stage, batches: readonly number[][]) {
  let ahead: { batch: number; values: Values | Promise<Values> } | null = null
  const load = (batch: number) => ({ batch, values: samples.load(batches[batch]!, state.epoch) })
  return async (): Promise<Values> => {
    const due = ahead?.batch === state.batch ? ahead : load(state.batch)
    const values = await due.values
    ahead = state.batch + 1 < batches.length ? load(state.batch + 1) : null
    return values
  }
}

/** How many of the next batches go into one call. Calls begin at the same batches however often a run is resumed. */
function callSize({ step }: Stage, batches: readonly number[][], from: number): number {
  const count = step.stepsPerCall
  if (count === 1 || from % count !== 0 || from + count > batches.length) return 1
  return batches[from + count - 1]!.length === batches[0]!.length ? count : 1
}

function asked(session: Session): Interruption | null {
  return session.lab.signal.aborted ? 'cancel' : session.requested()
}

function leave(stage: Stage, interruption: Interruption, clock: Clock): Interruption {
  clock.tick(0)
  if (interruption !== 'cancel') stage.saveCheckpoint()
  return interruption
}

function runBatch(session: Session, stage: Stage, batches: readonly number[][], values: Values, clock: Clock): void {
  const batch = batchOf(session, stage, batches, 0)
  take(session, stage, batch, stage.step.run(batch, values), clock)
}

function runHeld(session: Session, stage: Stage, batches: readonly number[][], count: number, clock: Clock): void {
  const next = Array.from({ length: count }, (_, i) => batchOf(session, stage, batches, i))
  const results = stage.step.runMany(next)
  for (const [i, batch] of next.entries()) take(session, stage, batch, results[i]!, clock)
}

/** The batch that is `ahead` steps from now. */
function batchOf(session: Session, stage: Stage, batches: readonly number[][], ahead: number): StepBatch {
  const { state, spec } = session
  const { share, isLast } = groupPlace(batches, state.batch + ahead, spec.accumulate)
  const perEpoch = Math.ceil(stage.stepsPerEpoch / spec.accumulate)
  const updates = state.phaseEpoch * perEpoch + Math.floor((state.batch + ahead) / spec.accumulate)
  const numbers = {
    step: state.step + ahead,
    learningRate: learningRateOf(session, stage, state.phaseStep + ahead),
    optimizer: stage.step.updater.numbers(updates, share),
  }
  return { rows: batches[state.batch + ahead]!, epoch: state.epoch, numbers, isLast }
}

/** Counts one update. */
function take(session: Session, stage: Stage, batch: StepBatch, result: StepResult, clock: Clock): void {
  const { heads, data, state } = session
  const { learningRate } = batch.numbers
  if (!Number.isFinite(result.loss)) throw diverged(result.loss, learningRate, state.step)
  addOutputs({ heads, targets: data.targets }, batch.rows, result.outputs, state.totals)
  state.batch += 1
  state.step += 1
  state.phaseStep += 1
  clock.tick(batch.rows.length)
  session.reporter.record({ 'train.loss': result.loss, learningRate }, placeOf(session, stage, clock))
}

function learningRateOf({ rateFactor }: Session, { phase, stepsPerEpoch }: Stage, step: number): number {
  const place = { step, totalSteps: stepsPerEpoch * phase.epochs, stepsPerEpoch }
  return phase.learningRate * rateFactor(place, phase.learningRate)
}

function diverged(loss: number, learningRate: number, step: number): GraftError {
  const advice = Number((learningRate / 10).toPrecision(2))
  return new GraftError(
    'E_RUN_DIVERGED',
    `Expected a finite loss. Received: ${loss} in step ${step + 1}, at a learning rate of ${Number(learningRate.toPrecision(3))}.`,
    { fix: `Try a learning rate of ${advice}, or a warm-up.`, details: { step: step + 1, learningRate, advice } },
  )
}

function validate(session: Session, stage: Stage) {
  const { heads, data, spec } = session
  const { samples, step } = stage
  const batchSize = evaluationBatch(samples, spec.batchSize)
  const parts = { forward: step.forward, samples, heads, targets: data.targets, batchSize }
  return evaluate(parts, data.rows.validation, async () => {
    await setImmediate()
    return asked(session) === null
  })
}

function endEpoch(
  session: Session,
  stage: Stage,
  validation: NonNullable<Awaited<ReturnType<typeof evaluate>>>,
  clock: Clock,
): void {
  const { state, heads, reporter } = session
  const train = splitMetrics('train', heads, state.totals)
  const metrics = { ...train, ...splitMetrics('validation', heads, validation) }
  const seconds = state.epochSeconds
  Object.assign(state, { epoch: state.epoch + 1, phaseEpoch: state.phaseEpoch + 1, batch: 0, epochSeconds: 0 })
  state.totals = heads.map(emptyTotals)
  // The loss has a point per step already; its mean over the epoch goes with the epoch.
  const { 'train.loss': _mean, ...points } = metrics
  reporter.record(points, placeOf(session, stage, clock))
  const figures = clock.figures() ?? { samplesPerSecond: null, waitShare: null }
  const engine = stage.step.program.isCompiled ? 'compiled' : 'eager'
  reporter.send({ type: 'epoch', epoch: state.epoch, seconds, metrics, engine, ...figures })
  watchBest(session, stage, metrics)
  stage.saveCheckpoint()
}

/** Keeps the best weights and counts the epochs since; ends the run when early stopping says so. */
function watchBest(session: Session, stage: Stage, metrics: Record<string, number>): void {
  const { state, spec, lab } = session
  const metric = spec.earlyStopping?.metric ?? 'validation.loss'
  const value = metrics[metric]
  if (value === undefined) return
  const isHigherBetter = metric === 'validation.accuracy'
  const isBetter = state.best === null || (isHigherBetter ? value > state.best.value : value < state.best.value)
  if (isBetter) {
    state.best = { value, epoch: state.epoch }
    state.waited = 0
    stage.step.program.pull()
    saveBest(session, stage.step.updater.averages)
    return
  }
  state.waited += 1
  if (spec.earlyStopping === null || state.waited < spec.earlyStopping.patience) return
  state.stoppedEarlyOf = spec.epochs
  lab.log('info', `Stopped after epoch ${state.epoch}: ${metric} was best in epoch ${state.best!.epoch}.`)
}

function placeOf(session: Session, stage: Stage, clock: Clock): Place {
  const { state, phases } = session
  const { phase, stepsPerEpoch } = stage
  const epochs = phases.reduce((sum, each) => sum + each.epochs, 0)
  const epoch = state.epoch + state.batch / stepsPerEpoch
  const left = phase.epochs * stepsPerEpoch - state.phaseStep
  const isLast = state.phase === phases.length - 1
  return {
    phase: phase.name,
    epoch,
    step: state.step,
    stepsPerEpoch,
    progress: epochs > 0 ? Math.min(1, epoch / epochs) : 1,
    samplesPerSecond: clock.speed(),
    secondsLeft: isLast && state.phaseStep > 0 ? clock.secondsPerStep() * left : null,
    seconds: state.seconds,
  }
}
