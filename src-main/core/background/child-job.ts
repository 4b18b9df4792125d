import type { TrainerExit, TrainerLauncher, TrainerProcess } from '../../base/ports.ts'
import { lostText } from '../../base/lost-text.ts'
import { relayVerification } from '../../base/relay-verification.ts'
import { cancelled } from './cancelled.ts'
import { type ErrorReply, GraftError, isErrorCode } from '../../contract/errors.ts'
import type { ChildMessage, TrainerJob } from '../../contract/trainer.ts'

/** A process that neither says anything nor computes for this long is ended. */
export const SILENCE_MS = 60_000
/** How long a process may take to end after it was told to stop. */
const LEAVE_MS = 5000

export type Outcome = 'finished' | 'paused' | 'stopped' | 'cancelled'

export interface ChildJobOptions {
  readonly trainer: TrainerLauncher
  readonly job: TrainerJob
  readonly signal: AbortSignal
  /** Default: SILENCE_MS. */
  readonly silenceMs?: number
  /** With the process, which can then be told more. */
  onStart?(child: TrainerProcess): void
  onMessage(message: ChildMessage): void
}

/** Runs a job that is not a training in its own process. Rejects with the child's error, with E_TRAINER_CRASHED when it ended
 *  without a word, with E_CANCELLED when `signal` aborted, or with what `onMessage` threw. */
export async function runChildJob(options: ChildJobOptions): Promise<void> {
  if (options.signal.aborted) throw cancelled()
  const end = await new Promise<{ last: ChildMessage | null; exit: TrainerExit; thrown: unknown }>((resolve) => {
    let last: ChildMessage | null = null
    let thrown: unknown = null
    const child = launch(options.trainer, options.job, {
      onMessage(message) {
        watchdog.refresh()
        if (message.type === 'done' || message.type === 'failed') {
          last = message
        } else if (thrown === null) {
          try {
            options.onMessage(message)
          } catch (error) {
            thrown = error
            child.kill()
          }
        }
      },
      onExit(exit) {
        clearTimeout(watchdog)
        leave.clear()
        options.signal.removeEventListener('abort', onAbort)
        resolve({ last, exit, thrown })
      },
    })
    const watchdog = setTimeout(() => child.kill(), options.silenceMs ?? SILENCE_MS).unref()
    const leave = leaveTimer(child)
    const onAbort = (): void => {
      child.send({ type: 'control', action: 'cancel' })
      leave.start()
    }
    options.signal.addEventListener('abort', onAbort, { once: true })
    options.onStart?.(child)
  })
  if (end.thrown !== null) throw end.thrown
  if (options.signal.aborted) throw cancelled()
  if (end.last === null) throw crashed(end.exit)
  if (end.last.type === 'failed') throw childError(end.last.error, end.last.stack)
}

/** Launches, and turns a host's failure to do so into an error for the user. */
export function launch(
  trainer: TrainerLauncher,
  job: TrainerJob,
  handlers: Parameters<TrainerLauncher['launch']>[1],
): TrainerProcess {
  try {
    return relayVerification(trainer).launch(job, handlers)
  } catch (error) {
    if (error instanceof GraftError) throw error
    throw new GraftError(
      'E_TRAINER_UNAVAILABLE',
      `Expected the trainer process to start. Received: ${String(error)}.`,
      {
        fix: 'Run npm start once more: it checks TensorFlow and its addon.',
        cause: error,
      },
    )
  }
}

/** Kills what does not leave by itself. */
export function leaveTimer(child: TrainerProcess, ms = LEAVE_MS): { start(): void; clear(): void } {
  let timer: NodeJS.Timeout | null = null
  return {
    start() {
      timer ??= setTimeout(() => child.kill(), ms)
    },
    clear() {
      if (timer !== null) clearTimeout(timer)
    },
  }
}

/** The child's error as it crosses to the user; what it did not mean to throw is a bug there. */
export function childError(error: Omit<ErrorReply, 'code'> & { code: string }, stack: string | undefined): Error {
  if (isErrorCode(error.code) && error.code !== 'E_INTERNAL')
    return GraftError.fromReply({ ...error, code: error.code })
  const bug = new Error(`trainer: ${error.message}`)
  if (stack !== undefined) bug.stack = stack
  return bug
}

export function crashed(exit: TrainerExit): GraftError {
  return new GraftError('E_TRAINER_CRASHED', lostText(exit), {
    fix: 'Try again. If it happens again, the computer may have run out of memory: close other programs.',
    details: { code: exit.code, signal: exit.signal, reason: exit.reason },
  })
}
