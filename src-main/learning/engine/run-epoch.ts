import { setImmediate } from 'node:timers/promises'
import { GraftError } from '../../contract/errors.ts'
import { addSeconds } from './loop-state.ts'
import { emptyTotals } from '../metrics/head-metrics.ts'
import { splitMetrics } from '../metrics/split-metrics.ts'
import { addOutputs, evaluate, evaluationBatch } from './evaluate.ts'
import { disposeBatch, disposeScalars, makeBatch, type StepScalars } from './feed.ts'
import { type Interruption, saveBest, type Session, type Stage } from './session.ts'
import type { Place } from './reporter.ts'

const CHECKPOINT_INTERVAL_MS = 30_000

/** Runs what is left of the epoch under way: its batches, the validation split, the checkpoint. Leaves within one step
 *  when asked to, with a checkpoint (none on cancel). */
export async function runEpoch(session: Session, stage: Stage): Promise<Interruption | null> {
  const { lab, state } = session
  const clock = createClock(session)
  const batches = stage.batches(state.epoch)
  let savedAt = lab.now()
  while (state.batch < batches.length) {
    const interruption = asked(session)
    if (interruption !== null) return leave(stage, interruption, clock)
    const rows = batches[state.batch]!
    const { loss, learningRate } = runStep(session, stage, rows)
    clock.tick(rows.length)
    session.reporter.record({ 'train.loss': loss, learningRate }, placeOf(session, stage, clock))
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

function asked(session: Session): Interruption | null {
  return session.lab.signal.aborted ? 'cancel' : session.requested()
}

function leave(stage: Stage, interruption: Interruption, clock: Clock): Interruption {
  clock.tick(0)
  if (interruption !== 'cancel') stage.saveCheckpoint()
  return interruption
}

function runStep(session: Session, stage: Stage, rows: number[]): { loss: number; learningRate: number } {
  const { lab, heads, data, state } = session
  const { tf } = lab
  const learningRate = learningRateOf(session, stage)
  const batch = makeBatch(tf, stage.samples, rows, { heads, targets: data.targets, epoch: state.epoch })
  const scalars: StepScalars = {
    step: tf.scalar(state.step, 'int32'),
    learningRate: tf.scalar(learningRate),
    optimizer: session.rule.scalars(state.phaseStep + 1).map((value) => tf.scalar(value)),
  }
  const result = stage.step.run(batch, scalars)
  const loss = result.loss.dataSync()[0]!
  const outputs = result.outputs.map((output) => output.dataSync<'float32'>())
  disposeBatch(batch)
  disposeScalars(scalars)
  for (const tensor of [result.loss, ...result.outputs]) tensor.dispose()
  if (!Number.isFinite(loss)) throw diverged(loss, learningRate, state.step)
  addOutputs({ heads, targets: data.targets }, rows, outputs, state.totals)
  state.batch += 1
  state.step += 1
  state.phaseStep += 1
  return { loss, learningRate }
}

function learningRateOf({ state, rateFactor }: Session, { phase, stepsPerEpoch }: Stage): number {
  const place = { step: state.phaseStep, totalSteps: stepsPerEpoch * phase.epochs, stepsPerEpoch }
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
  const { lab, model, heads, data, spec } = session
  const parts = {
    tf: lab.tf,
    model,
    samples: stage.samples,
    heads,
    targets: data.targets,
    batchSize: evaluationBatch(spec),
  }
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
  reporter.send({ type: 'epoch', epoch: state.epoch, seconds, metrics })
  watchBest(session, metrics)
  stage.saveCheckpoint()
}

/** Keeps the best weights and counts the epochs since; ends the run when early stopping says so. */
function watchBest(session: Session, metrics: Record<string, number>): void {
  const { state, spec, lab } = session
  const metric = spec.earlyStopping?.metric ?? 'validation.loss'
  const value = metrics[metric]
  if (value === undefined) return
  const isHigherBetter = metric === 'validation.accuracy'
  const isBetter = state.best === null || (isHigherBetter ? value > state.best.value : value < state.best.value)
  if (isBetter) {
    state.best = { value, epoch: state.epoch }
    state.waited = 0
    saveBest(session)
    return
  }
  state.waited += 1
  if (spec.earlyStopping === null || state.waited < spec.earlyStopping.patience) return
  state.stoppedEarlyOf = spec.epochs
  lab.log('info', `Stopped after epoch ${state.epoch}: ${metric} was best in epoch ${state.best!.epoch}.`)
}

type Clock = ReturnType<typeof createClock>

/** Adds wall time to the run's seconds and measures the speed over the last second or so. */
function createClock({ lab, state }: Session) {
  let last = lab.now()
  const start = { seconds: state.seconds, step: state.step }
  let window = { from: last, samples: 0 }
  let speed: number | null = null
  return {
    tick(samples: number) {
      const now = lab.now()
      addSeconds(state, (now - last) / 1000)
      last = now
      window.samples += samples
      if (now - window.from < 1000) return
      speed = (window.samples * 1000) / (now - window.from)
      window = { from: now, samples: 0 }
    },
    speed: () => speed,
    /** Mean over this epoch so far, seconds. */
    secondsPerStep: () => (state.seconds - start.seconds) / Math.max(1, state.step - start.step),
  }
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
