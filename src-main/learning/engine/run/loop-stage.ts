import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { dropWaiting, newestCheckpoint, readVariables, writeCheckpoint } from '../loop/checkpoint.ts'
import type { RunScope } from './run-scope.ts'
import { createClock, type Clock } from '../loop/epoch-clock.ts'
import { addSeconds, countEpoch, type LoopState, startState } from '../loop/loop-state.ts'
import type { Interruption } from '../loop/training.ts'
import { Interrupted, type LoopOptions } from './staged-run.ts'

const CHECKPOINT_INTERVAL_MS = 30_000

/** A stage with updates of its own making (contrastive divergence, meta-learning): checkpoints every epoch and every 30 seconds,
 *  curves, speed, interruptions as in `fit`. */
export async function loopStage(scope: RunScope, stage: string, options: LoopOptions): Promise<void> {
  const { runtime, position, reporter } = scope
  const folder = join(scope.job.folder, 'checkpoints', stage)
  mkdirSync(folder, { recursive: true })
  dropWaiting(folder)
  const found = newestCheckpoint(folder)
  if (found !== null) {
    readVariables(runtime.tf, join(found.path, 'weights.safetensors'), options.variables)
    options.push?.()
  }
  const state = found?.state ?? startState([], position)
  const save = () => {
    options.pull?.()
    const { path, take } = writeCheckpoint(folder, { weights: options.variables, slots: new Map(), state })
    reporter.send({ type: 'checkpoint', path, epoch: state.epoch, step: state.step })
    void reporter.recorded().then(take)
  }
  let interruption: Interruption | null = null
  while (interruption === null && state.phaseEpoch < options.epochs) {
    interruption = await loopEpoch({ scope, stage, options, state, save })
  }
  options.pull?.()
  const { epoch, step, seconds } = state
  Object.assign(position, { epoch, step, seconds, phase: stage })
  if (interruption !== null) throw new Interrupted(interruption)
}

interface Running {
  readonly scope: RunScope
  readonly stage: string
  readonly options: LoopOptions
  readonly state: LoopState
  readonly save: () => void
}

async function loopEpoch(running: Running): Promise<Interruption | null> {
  const { scope, options, state, save } = running
  const { runtime, reporter } = scope
  const clock = createClock({ runtime, state })
  let savedAt = runtime.now()
  while (state.batch < options.stepsPerEpoch) {
    const asked = runtime.signal.aborted ? 'cancel' : scope.requested()
    if (asked !== null) {
      clock.tick(0)
      if (asked !== 'cancel') save()
      return asked
    }
    const moment = { epoch: state.phaseEpoch, stepInEpoch: state.batch, step: state.phaseStep }
    const points = await options.step(moment)
    state.batch += 1
    state.step += 1
    state.phaseStep += 1
    clock.tick(options.samplesPerStep ?? 1)
    for (const [name, value] of Object.entries(points)) state.sums[name] = (state.sums[name] ?? 0) + value
    reporter.record(points, placeOf(running, clock))
    if (runtime.now() - savedAt >= CHECKPOINT_INTERVAL_MS) {
      save()
      savedAt = runtime.now()
    }
    await setImmediate()
  }
  await endEpoch(running, clock)
  return null
}

async function endEpoch(running: Running, clock: Clock): Promise<void> {
  const { scope, options, state, save } = running
  const { runtime, reporter } = scope
  options.pull?.()
  const started = runtime.now()
  const further = (await options.afterEpoch?.(state.phaseEpoch)) ?? {}
  addSeconds(state, (runtime.now() - started) / 1000)
  const { means, seconds } = countEpoch(state)
  reporter.record(further, placeOf(running, clock))
  const figures = clock.figures() ?? { samplesPerSecond: null, waitShare: null }
  const metrics = { ...Object.fromEntries(means), ...further }
  const engine = options.isCompiled() ? 'compiled' : 'eager'
  reporter.send({ type: 'epoch', epoch: state.epoch, seconds, metrics, engine, ...figures })
  save()
}

function placeOf({ scope, stage, options, state }: Running, clock: Clock) {
  const { stepsPerEpoch } = options
  const epoch = state.epoch + state.batch / Math.max(1, stepsPerEpoch)
  return {
    phase: stage,
    epoch,
    step: state.step,
    stepsPerEpoch,
    progress: Math.min(1, epoch / Math.max(1, scope.totalEpochs)),
    samplesPerSecond: clock.speed(),
    secondsLeft: null,
    seconds: state.seconds,
  }
}
