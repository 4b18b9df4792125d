import { setImmediate } from 'node:timers/promises'
import { GraftError } from '../../../contract/errors.ts'
import { isHigherBetter } from '../../../contract/metric-facts.ts'
import { emptyTotals } from '../../metrics/head-totals.ts'
import { splitMetrics } from '../../metrics/split-metrics.ts'
import { addOutputs, evaluate, evaluationBatch } from '../model/evaluate.ts'
import { createClock, type Clock } from './epoch-clock.ts'
import { countEpoch } from './loop-state.ts'
import { groupPlace } from '../step/updates/groups.ts'
import type { StepBatch, StepResult } from '../step/step-parts.ts'
import type { Values } from '../data/training-data.ts'
import { type Interruption, saveBest, seriesOf, type Session, type Stage } from './training.ts'
import type { Tensor } from '../../runtime.ts'
import type { Moment } from '../step/objective.ts'
import type { Place } from './reporter.ts'

const CHECKPOINT_INTERVAL_MS = 30_000

/** Runs what is left of the epoch under way: its batches, the validation split, the checkpoint. Leaves within one call
 *  when asked to, with a checkpoint (none on cancel). */
export async function runEpoch(session: Session, stage: Stage): Promise<Interruption | null> {
  const { runtime, state } = session
  const clock = createClock(session)
  const batches = stage.batches(state.epoch)
  const read = readAhead(session, stage, batches)
  let savedAt = runtime.now()
  while (state.batch < batches.length) {
    const interruption = asked(session)
    if (interruption !== null) return leave(stage, interruption, clock)
    const count = callSize(stage, batches, state.batch)
    if (count > 1) runHeld(session, stage, batches, count, clock)
    else runBatch(session, stage, batches, { ...(await clock.waitFor(read)), clock })
    stage.pace.endCall()
    if (runtime.now() - savedAt >= CHECKPOINT_INTERVAL_MS) {
      stage.saveCheckpoint()
      savedAt = runtime.now()
    }
    await setImmediate()
  }
  const totals = await validate(session, stage)
  if (totals === null) return leave(stage, asked(session) ?? 'cancel', clock)
  clock.tick(0)
  await endEpoch(session, stage, totals, clock)
  return null
}

/** What a batch needs from outside of the step. */
interface BatchData {
  readonly values: Values
  readonly streams: readonly (readonly Tensor[])[]
}

/** Reads the batch that is due and begins to read the one after it, which then arrives while the step runs. */
function readAhead(session: Session, stage: Stage, batches: readonly number[][]) {
  const { state, runtime } = session
  const streams = (stage.phase.objective?.feeds ?? []).filter((feed) => feed.kind === 'stream')
  let ahead: { batch: number; values: Values | Promise<Values> } | null = null
  const load = (batch: number) => ({ batch, values: stage.samples.load(batches[batch]!, state.epoch) })
  return async (): Promise<BatchData> => {
    const due = ahead?.batch === state.batch ? ahead : load(state.batch)
    const at = momentOf(session, stage, batches[state.batch]!, 0)
    const given = await Promise.all(streams.map((feed) => feed.load(runtime.tf, at)))
    const values = await due.values
    ahead = state.batch + 1 < batches.length ? load(state.batch + 1) : null
    return { values, streams: given }
  }
}

function momentOf({ state }: Session, { phase, stepsPerEpoch }: Stage, rows: readonly number[], ahead: number): Moment {
  return {
    phaseEpoch: state.phaseEpoch,
    phaseEpochs: phase.epochs,
    phaseStep: state.phaseStep + ahead,
    phaseSteps: phase.epochs * stepsPerEpoch,
    step: state.step + ahead,
    epoch: state.epoch,
    rows,
  }
}

/** How many of the next batches go into one call. Calls begin at the same batches however often a run is resumed. */
function callSize({ step }: Stage, batches: readonly number[][], from: number): number {
  const count = step.stepsPerCall
  if (count === 1 || from % count !== 0 || from + count > batches.length) return 1
  return batches[from + count - 1]!.length === batches[0]!.length ? count : 1
}

function asked(session: Session): Interruption | null {
  return session.runtime.signal.aborted ? 'cancel' : session.requested()
}

function leave(stage: Stage, interruption: Interruption, clock: Clock): Interruption {
  clock.tick(0)
  if (interruption !== 'cancel') stage.saveCheckpoint()
  return interruption
}

function runBatch(
  session: Session,
  stage: Stage,
  batches: readonly number[][],
  { values, streams, clock }: BatchData & { readonly clock: Clock },
): void {
  const batch = { ...batchOf(session, stage, batches, 0), streams }
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
  const rows = batches[state.batch + ahead]!
  const numbers = {
    step: state.step + ahead,
    learningRate: learningRateOf(session, stage, state.phaseStep + ahead),
    optimizer: stage.step.updater.numbers(updates, share),
    objective: stage.phase.objective?.numbers?.(momentOf(session, stage, rows, ahead)) ?? [],
  }
  return { rows, epoch: state.epoch, numbers, isLast }
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
  const metrics = objectiveMetrics(stage, result)
  for (const [name, value] of Object.entries(metrics)) state.sums[name] = (state.sums[name] ?? 0) + value
  const points = seriesOf(session.learner, { 'train.loss': result.loss, ...metrics })
  session.reporter.record({ ...points, learningRate }, placeOf(session, stage, clock))
}

function objectiveMetrics({ phase }: Stage, { metrics }: StepResult): Record<string, number> {
  const names = phase.objective?.metrics ?? []
  return Object.fromEntries(names.map((name, i) => [`train.${name}`, metrics[i]!]))
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
  return evaluate(parts, session.validationRows, async () => {
    await setImmediate()
    return asked(session) === null
  })
}

async function endEpoch(
  session: Session,
  stage: Stage,
  validation: NonNullable<Awaited<ReturnType<typeof evaluate>>>,
  clock: Clock,
): Promise<void> {
  const { state, heads, reporter, learner } = session
  const own = { ...splitMetrics('train', heads, state.totals), ...splitMetrics('validation', heads, validation) }
  const further = await furtherMetrics(stage, state.phaseEpoch)
  const { means, seconds } = countEpoch(state)
  state.totals = heads.map(emptyTotals)
  // The loss has a point per step already; its mean over the epoch goes with the epoch. So do the objective's metrics.
  const { 'train.loss': mean, ...points } = own
  reporter.record({ ...seriesOf(learner, points), ...further }, placeOf(session, stage, clock))
  const figures = clock.figures() ?? { samplesPerSecond: null, waitShare: null }
  const engine = stage.step.program.isCompiled ? 'compiled' : 'eager'
  const losses = mean === undefined ? {} : { 'train.loss': mean }
  const metrics = { ...seriesOf(learner, { ...points, ...losses, ...Object.fromEntries(means) }), ...further }
  reporter.send({ type: 'epoch', epoch: state.epoch, seconds, metrics, engine, ...figures })
  watchBest(session, stage, { ...own, ...further })
  watchEnd(session, { ...own, ...Object.fromEntries(means), ...further })
  stage.saveCheckpoint()
}

/** What the phase measures after an epoch, with the weights as they now are. */
async function furtherMetrics({ phase, step }: Stage, epoch: number): Promise<Record<string, number>> {
  if (phase.afterEpoch === undefined) return {}
  step.program.pull()
  return phase.afterEpoch(epoch)
}

/** Keeps the best weights and counts the epochs since; ends the training when early stopping says so. */
function watchBest(session: Session, stage: Stage, metrics: Record<string, number>): void {
  const { state, spec, runtime, earlyStopping, select } = session
  const metric = select?.metric ?? earlyStopping?.metric ?? 'validation.loss'
  const value = metrics[metric]
  if (value === undefined) return
  const takesHigher = select === null ? isHigherBetter(metric) : select.better === 'higher'
  const isBetter = state.best === null || (takesHigher ? value > state.best.value : value < state.best.value)
  if (isBetter) {
    state.best = { value, epoch: state.epoch }
    state.waited = 0
    stage.step.program.pull()
    saveBest(session, stage.step.updater.averages)
    return
  }
  state.waited += 1
  if (earlyStopping === null || state.waited < earlyStopping.patience) return
  state.stoppedEarlyOf = spec.epochs
  runtime.log('info', `Stopped after epoch ${state.epoch}: ${metric} was best in epoch ${state.best!.epoch}.`)
}

/** Ends the training when the stage says so. */
function watchEnd({ state, spec, runtime, stopWhen }: Session, metrics: Record<string, number>): void {
  const reason = stopWhen?.(metrics) ?? null
  if (reason === null) return
  state.stoppedEarlyOf = spec.epochs
  runtime.log('info', `Stopped after epoch ${state.epoch}: ${reason}`)
}

function placeOf(session: Session, stage: Stage, clock: Clock): Place {
  const { state, phases, totalEpochs, from } = session
  const { phase, stepsPerEpoch } = stage
  const epoch = state.epoch + state.batch / stepsPerEpoch
  const left = phase.epochs * stepsPerEpoch - state.phaseStep
  const secondsPerStep = stage.pace.secondsPerStep()
  const ownEpochs = phases.reduce((sum, each) => sum + each.epochs, 0)
  const isLast = state.phase === phases.length - 1 && from.epoch + ownEpochs >= totalEpochs
  return {
    phase: phase.name,
    epoch,
    step: state.step,
    stepsPerEpoch,
    progress: totalEpochs > 0 ? Math.min(1, epoch / totalEpochs) : 1,
    samplesPerSecond: clock.speed(),
    secondsLeft: isLast && secondsPerStep !== null ? secondsPerStep * left : null,
    seconds: state.seconds,
  }
}
