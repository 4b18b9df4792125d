import { availableParallelism } from 'node:os'
import type { TrainerProcess } from '../base/ports.ts'
import { GraftError } from '../contract/errors.ts'
import type { ChildMessage, TrainJob } from '../contract/trainer.ts'
import { type App, nowText } from './app.ts'
import { launch, leaveTimer, SILENCE_MS } from './child-job.ts'
import { startingWeights } from './models/starting-weights.ts'
import type { Session } from './session.ts'
import { findRun, queuedRuns, type RunRow, runsByStatus, toRun, updateRun } from './store/runs-repo.ts'
import { readDetails, updateDetails } from './store/run-details-repo.ts'
import { finishRun, type RunEnd } from './training/finish-run.ts'
import { writeManifest } from './training/manifest.ts'
import { receiveMessage } from './training/receive-message.ts'
import { createRecorder, type Recorder } from './training/recorder.ts'

type Control = 'pause' | 'stop' | 'cancel'

/** Runs the queue: one training at a time, in its own process. The queue itself stands in the store. */
export interface Scheduler {
  /** Marks what a dead app left behind, then starts the queue. */
  begin(session: Session): void
  /** Looks whether something can start. */
  wake(): void
  isActive(runId: string): boolean
  /** Asks the running training; false: it is not running. */
  control(runId: string, action: Control): boolean
  /** Stops as soon as it starts: ends a paused run with its model. */
  stopAtStart(runId: string): void
  /** Resolves when the run no longer has a process. */
  ended(runId: string): Promise<void>
  close(): Promise<void>
}

interface Active {
  readonly run: RunRow
  child: TrainerProcess | null
  recorder: Recorder | null
  outcome: RunEnd['outcome']
  failure: RunEnd['failure']
  killedBecause: string | null
  leave: ReturnType<typeof leaveTimer> | null
  readonly ended: Promise<void>
  readonly resolve: () => void
}

const CLOSED = 'Graft was closed.'

export function createScheduler(app: App): Scheduler {
  let session: Session | null = null
  let active: Active | null = null
  let isClosing = false
  let seq = 0
  const stopAtStart = new Set<string>()

  const tellRun = (id: string): void => {
    const row = session === null ? null : findRun(session.db, id)
    app.events.emit('runs.changed', { runId: id, run: session && row ? toRun(session.db, row) : null })
  }

  const wake = (): void => {
    if (session === null || active !== null || isClosing) return
    const run = queuedRuns(session.db)[0]
    if (run === undefined) return
    active = newActive(run)
    const [open, entry] = [session, active]
    try {
      start(open, entry)
    } catch (error) {
      fail(open, entry, error)
    }
  }

  const fail = (open: Session, entry: Active, error: unknown): void => {
    const known = error instanceof GraftError
    if (!known) app.ports.log.error(`run ${entry.run.id} could not start`, { error: String(error) })
    const reply = known ? error.toReply() : { code: 'E_INTERNAL' as const, message: String(error) }
    entry.failure = { type: 'failed', error: { ...reply, details: undefined } as never }
    finish(open, entry, { code: null, signal: null, stderr: '' })
  }

  const start = (open: Session, entry: Active): void => {
    const { run } = entry
    const isResumed = run.started_at !== null
    const job = trainJob(app, open, run)
    updateRun(open.db, run.key, {
      status: 'running',
      reason: null,
      queue: null,
      finished_at: null,
      started_at: run.started_at ?? nowText(app),
    })
    entry.recorder = createRecorder({
      db: open.db,
      run,
      resumed: isResumed,
      tell: (progress) => app.events.emit('runs.progressed', { ...progress, seq: ++seq }),
      onEpoch: () => tellRun(run.id),
      onError: (error) => breakOff(entry, error),
    })
    entry.child = launch(app.ports.trainer, job, {
      onMessage: (message) => receive(open, entry, watchdog, message),
      onExit(exit) {
        clearTimeout(watchdog)
        finish(open, entry, exit)
      },
    })
    const watchdog = setTimeout(() => {
      entry.killedBecause ??= `The trainer process gave no sign of life for ${SILENCE_MS / 1000} s and was ended.`
      entry.child?.kill()
    }, SILENCE_MS).unref()
    entry.leave = leaveTimer(entry.child)
    if (stopAtStart.delete(run.id)) entry.child.send({ type: 'control', action: 'stop' })
    if (isClosing) entry.child.send({ type: 'control', action: 'pause' })
    tellRun(run.id)
  }

  const receive = (open: Session, entry: Active, watchdog: NodeJS.Timeout, message: ChildMessage): void => {
    watchdog.refresh()
    if (message.type === 'done') entry.outcome = message.outcome
    else if (message.type === 'failed') entry.failure = message
    if (message.type === 'done' || message.type === 'failed') return entry.leave?.start()
    if (entry.recorder === null || entry.killedBecause !== null) return
    try {
      receiveMessage(open, entry.run, entry.recorder, message, nowText(app))
    } catch (error) {
      breakOff(entry, error)
    }
  }

  /** The records cannot be written (a full disk, say): training on would lose what it finds. */
  const breakOff = (entry: Active, error: unknown): void => {
    app.ports.log.error(`run ${entry.run.id} was broken off`, {
      error: error instanceof Error ? error.stack : String(error),
    })
    entry.killedBecause ??= `What the training sent could not be recorded: ${error instanceof Error ? error.message : String(error)}.`
    entry.child?.kill()
  }

  const finish = (open: Session, entry: Active, exit: RunEnd['exit']): void => {
    entry.leave?.clear()
    try {
      entry.recorder?.flush()
    } catch (error) {
      entry.killedBecause ??= `What the training sent last could not be recorded: ${String(error)}.`
    }
    const { outcome, failure, killedBecause } = entry
    try {
      finishRun(open, entry.run, {
        outcome,
        failure,
        exit,
        killedBecause,
        pauseReason: isClosing ? CLOSED : null,
        at: nowText(app),
      })
    } catch (error) {
      app.ports.log.error(`the end of run ${entry.run.id} could not be recorded`, { error: String(error) })
    }
    active = null
    entry.resolve()
    tellRun(entry.run.id)
    app.events.emit('models.changed', {})
    setImmediate(wake)
  }

  return {
    wake,
    begin(open) {
      session = open
      for (const run of runsByStatus(open.db, 'running')) {
        updateRun(open.db, run.key, {
          status: 'interrupted',
          reason: 'Graft ended while this run was training. Resume goes on from the last checkpoint.',
          queue: null,
        })
      }
      setImmediate(wake)
    },
    isActive: (runId) => active?.run.id === runId,
    control(runId, action) {
      if (active === null || active.run.id !== runId) return false
      if (active.child === null) stopAtStart.add(runId)
      else active.child.send({ type: 'control', action })
      if (action === 'cancel') active.leave?.start()
      return true
    },
    stopAtStart: (runId) => void stopAtStart.add(runId),
    ended: (runId) => (active?.run.id === runId ? active.ended : Promise.resolve()),
    async close() {
      isClosing = true
      const entry = active
      if (entry === null) return
      entry.child?.send({ type: 'control', action: 'pause' })
      entry.killedBecause = null
      entry.leave?.start()
      await entry.ended
    },
  }
}

function newActive(run: RunRow): Active {
  const { promise, resolve } = Promise.withResolvers<void>()
  return {
    run,
    child: null,
    recorder: null,
    outcome: null,
    failure: null,
    killedBecause: null,
    leave: null,
    ended: promise,
    resolve,
  }
}

function trainJob(app: App, session: Session, run: RunRow): TrainJob {
  const { spec, plan, heads, weights, environment } = readDetails(session.db, run.key)
  const located = weights === null ? null : startingWeights(app, session, spec.base, weights)
  if (located !== null) {
    updateDetails(session.db, run.key, { environment: { ...environment, baseWeightsSha256: located.sha256 } })
  }
  return {
    kind: 'train',
    runId: run.id,
    folder: session.paths.run(run.id),
    cacheFolder: session.paths.cache,
    spec,
    network: plan.network,
    states: plan.states,
    cachedUpTo: plan.cachedUpTo,
    preprocessing: plan.preprocessing,
    manifest: writeManifest(session, run, heads),
    weights: located,
    resume: run.started_at !== null,
    threads: availableParallelism(),
  }
}
