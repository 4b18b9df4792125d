import type { TrainerExit, TrainerProcess } from '../../../base/ports.ts'
import { systemError } from '../../../base/system-error.ts'
import { GraftError } from '../../../contract/errors.ts'
import type { ChildMessage } from '../../../contract/trainer.ts'
import { type App, nowText } from '../../session/app.ts'
import { launch, leaveTimer, SILENCE_MS } from '../../background/child-job.ts'
import { removeRunPartials } from '../../files/remove-partials.ts'
import type { Control, Session } from '../../session/session.ts'
import { type RunRow, updateRun } from '../../store/runs-repo.ts'
import { finishRun, modelHash, type RunEnd } from './record-end.ts'
import { receiveMessage } from './receive-message.ts'
import { createRecorder, type Recorder } from './point-recorder.ts'
import { trainJob } from './train-job.ts'
import { createWorkClock, type Work } from './work-clock.ts'

/** How long a training may take to write its checkpoint when its workspace closes: one step of a large network takes seconds. */
const CHECKPOINT_MS = 15_000
const RECORD_AGAIN_MS = 2000

/** One training in its own process. */
export interface Training {
  readonly runId: string
  /** Resolves once its end is recorded. */
  readonly ended: Promise<void>
  control(action: Control): void
  /** Asks for a checkpoint, and ends the process if that takes too long. */
  closeSoon(reason: string): void
}

export interface TrainingOptions {
  readonly app: App
  readonly session: Session
  readonly run: RunRow
  readonly nextSeq: () => number
  /** The run's records have changed. */
  readonly notify: () => void
  /** After the end is recorded. */
  readonly onEnd: () => void
}

/** What is known of the end before it comes. */
interface Ending {
  outcome: RunEnd['outcome']
  failure: RunEnd['failure']
  killedBecause: string | null
  pauseReason: string | null
}

/** Starts a queued run. A run that cannot start ends as failed: this never throws. */
export function startTraining(options: TrainingOptions): Training {
  const { promise, resolve } = Promise.withResolvers<void>()
  const ending: Ending = { outcome: null, failure: null, killedBecause: null, pauseReason: null }
  const workClock = createWorkClock(() => options.app.ports.clock.now())
  let recorder: Recorder | null = null
  let child: TrainerProcess | null = null
  let isClosing = false
  /** What was asked of it before its process was there. */
  const early: Control[] = []
  let recordLater: { readonly exit: TrainerExit; readonly timer: NodeJS.Timeout } | null = null
  let leave: ReturnType<typeof leaveTimer> | null = null
  let checkpoint: ReturnType<typeof leaveTimer> | null = null

  const finish = async (exit: TrainerExit): Promise<void> => {
    const isRecorded = await recordEnd(options, ending, recorder, exit)
    leave?.clear()
    checkpoint?.clear()
    if (!isRecorded && !isClosing) {
      // Unrecorded, the run would be "running" for good; the queue waits, too: what it trains could not be recorded either.
      recordLater = { exit, timer: setTimeout(() => void finish(exit), RECORD_AGAIN_MS) }
      return
    }
    resolve()
    options.onEnd()
  }
  const end = (why: string): void => {
    ending.killedBecause ??= why
    child?.kill()
  }
  const start = async (): Promise<void> => {
    // Queued until its process is there: what that needs is written in pieces.
    removeRunPartials(options.session.paths.run(options.run.id))
    const job = await trainJob(options.app, options.session, options.run)
    ending.outcome = endedEarly(options.run, early, isClosing)
    if (ending.outcome !== null) return finish(NO_EXIT)
    markRunning(options)
    const open = (recorder = openRecorder(options, (error) => end(unrecorded(options, error))))
    const watchdog = setTimeout(
      () => end(`The trainer process gave no sign of life for ${SILENCE_MS / 1000} s and was ended.`),
      SILENCE_MS,
    ).unref()
    child = launch(options.app.ports.trainer, job, {
      onMessage(message) {
        watchdog.refresh()
        // What comes after a message that was lost is no whole result.
        if (ending.killedBecause !== null) return
        if (isEnd(message)) {
          noteEnd(ending, message)
        } else {
          try {
            receiveMessage(options.session, options.run, open, message, nowText(options.app))
            notifyExhibit(options, message)
            if (message.type === 'progress') notifyWork(options, workClock(message))
          } catch (error) {
            end(unrecorded(options, error))
          }
        }
      },
      onExit(exit) {
        clearTimeout(watchdog)
        void finish(exit)
      },
    })
    leave = leaveTimer(child)
    checkpoint = leaveTimer(child, CHECKPOINT_MS)
    for (const action of early) child.send({ type: 'control', action })
    options.notify()
  }
  start().catch((error: unknown) => {
    ending.failure = failureOf(options, error)
    return finish(NO_EXIT)
  })
  return {
    runId: options.run.id,
    ended: promise,
    control(action) {
      if (child === null) early.push(action)
      else child.send({ type: 'control', action })
      if (action === 'cancel') leave?.start()
    },
    closeSoon(reason) {
      isClosing = true
      ending.pauseReason = reason
      if (recordLater !== null) {
        clearTimeout(recordLater.timer)
        void finish(recordLater.exit)
        return
      }
      child?.send({ type: 'control', action: 'pause' })
      checkpoint?.start()
    },
  }
}

function notifyExhibit({ app, run }: TrainingOptions, message: ChildMessage): void {
  if (message.type !== 'exhibit') return
  app.events.emit('runs.exhibited', { runId: run.id, exhibitId: message.exhibit.id })
}

function notifyWork({ app, run }: TrainingOptions, work: Work): void {
  app.events.emit('runs.working', { runId: run.id, ...work })
}

type EndMessage = Extract<ChildMessage, { type: 'done' | 'failed' }>

function isEnd(message: ChildMessage): message is EndMessage {
  return message.type === 'done' || message.type === 'failed'
}

function noteEnd(ending: Ending, message: EndMessage): void {
  if (message.type === 'done') ending.outcome = message.outcome
  else ending.failure = message
}

const NO_EXIT: TrainerExit = { code: null, signal: null, stderr: '', reason: null }

/** How a training ends that was told to before its process was there; null: it goes on. What has learned something needs the process to
 *  stop: it ends with a model. */
function endedEarly(run: RunRow, early: readonly Control[], isClosing: boolean): RunEnd['outcome'] {
  if (early.includes('cancel')) return 'cancelled'
  if (early.includes('stop') && run.started_at === null) return 'stopped'
  return isClosing || early.includes('pause') ? 'paused' : null
}

function markRunning({ app, session, run }: TrainingOptions): void {
  updateRun(session.db, run.key, {
    status: 'running',
    reason: null,
    queue: null,
    finished_at: null,
    started_at: run.started_at ?? nowText(app),
  })
}

function openRecorder(options: TrainingOptions, onError: (error: unknown) => void): Recorder {
  const { app, session, run, nextSeq, notify } = options
  return createRecorder({
    db: session.db,
    run,
    resumed: run.started_at !== null,
    notify: (progress) => app.events.emit('runs.progressed', { ...progress, seq: nextSeq() }),
    onEpoch: notify,
    onError,
  })
}

/** Without its records a training would lose what it finds: it is ended instead (a full disk, say). */
function unrecorded({ app, run }: TrainingOptions, error: unknown): string {
  const why = error instanceof Error ? error.message : String(error)
  app.ports.log.error(`run ${run.id} was broken off`, { error: error instanceof Error ? error.stack : why })
  return `What the training sent could not be recorded: ${why}.`
}

function failureOf({ app, run }: TrainingOptions, error: unknown): NonNullable<RunEnd['failure']> {
  const known = error instanceof GraftError ? error : systemError(error)
  if (known !== null) {
    const { code, message, fix } = known
    return { type: 'failed', error: { code, message, ...(fix === undefined ? {} : { fix }) } }
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  app.ports.log.error(`run ${run.id} could not start`, { error: stack })
  return { type: 'failed', error: { code: 'E_INTERNAL', message: 'The training could not be started.' }, stack }
}

/** False: the end could not be recorded (a full disk, say). */
async function recordEnd(
  options: TrainingOptions,
  ending: Ending,
  recorder: Recorder | null,
  exit: TrainerExit,
): Promise<boolean> {
  const { app, session, run } = options
  try {
    recorder?.flush()
  } catch (error) {
    ending.killedBecause ??= unrecorded(options, error)
  }
  removeRunPartials(session.paths.run(run.id))
  // As it is now: a workspace that closes while the weights are read is not why the training ended.
  const known = { ...ending, exit, at: nowText(app) }
  try {
    const modelSha256 = await modelHash(session.paths.run(run.id))
    finishRun(session, run, { ...known, modelSha256 })
    return true
  } catch (error) {
    app.ports.log.error(`the end of run ${run.id} could not be recorded`, { error: String(error) })
    return false
  }
}
