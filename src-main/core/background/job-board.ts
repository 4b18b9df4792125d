import type { Ports } from '../../base/ports.ts'
import { GraftError } from '../../contract/errors.ts'
import type { Job } from '../../contract/workspace.ts'
import type { EventBus } from '../events.ts'
import { replyError } from '../errors/reply-error.ts'
import type { FailureBook } from './failure-book.ts'

/** Progress is told at most this often. */
const TELL_MS = 100
/** Ended jobs that are still listed. */
const KEPT = 50

export interface JobHandle {
  readonly id: string
  readonly signal: AbortSignal
  progress(done: number, total: number | null, message: string): void
}

/** What a job does. It may be called once more after it has failed. */
export type JobWork = (handle: JobHandle) => Promise<Record<string, unknown>>

export interface JobBoard {
  list(): Job[]
  get(id: string): Job
  /** Answers at once; `work` runs on, and its value becomes the job's result. `runId`: whose model it is about. */
  start(kind: Job['kind'], title: string, work: JobWork, runId?: string): Job
  /** Whether `retry` has something to start. */
  canRetry(id: string): boolean
  /** Starts a failed job once more; answers the new one. */
  retry(id: string): Job
  /** Resolves once the job has ended, however it did. */
  ended(id: string): Promise<Job>
  cancel(id: string): Promise<Job>
  /** Cancels everything and waits for it. */
  close(): Promise<void>
}

interface Entry {
  job: Job
  readonly controller: AbortController
  readonly done: Promise<void>
  readonly runId: string | null
  /** What can be started once more; null: nothing, it went well or was started already. */
  work: JobWork | null
}

interface Board {
  readonly ports: Pick<Ports, 'log' | 'random' | 'clock' | 'host'>
  readonly events: EventBus
  readonly failures: FailureBook
  /** What is cancelled from here on is not what the user has cancelled. */
  isClosing: boolean
}

export function createJobBoard(ports: Board['ports'], events: EventBus, failures: FailureBook): JobBoard {
  const board: Board = { ports, events, failures, isClosing: false }
  const entries = new Map<string, Entry>()
  const find = (id: string): Entry => {
    const entry = entries.get(id)
    if (entry !== undefined) return entry
    throw new GraftError('E_NOT_FOUND', `Expected a job of this session. Received: ${id}.`, {
      fix: 'Choose one of the jobs of this session.',
    })
  }
  const ended = async (id: string): Promise<Job> => {
    await find(id).done
    return find(id).job
  }
  const cancel = (id: string): Promise<Job> => {
    find(id).controller.abort()
    return ended(id)
  }
  const start: JobBoard['start'] = (kind, title, work, runId) => {
    forgetOld(entries)
    // A new attempt takes the place of the one that failed.
    const gone = failures.drop((failure) => failure.kind === kind && failure.title === title)
    if (gone > 0) events.emit('failures.changed', {})
    const job = newJob(ports.random.id(10), kind, title)
    const about = { work, runId: runId ?? null }
    const entry: Entry = { job, controller: new AbortController(), done: Promise.resolve(), ...about }
    entries.set(job.id, entry)
    events.emit('jobs.changed', job)
    Object.assign(entry, { done: follow(board, entry, work) })
    return entry.job
  }
  const canRetry = (id: string): boolean => {
    const entry = entries.get(id)
    return entry?.job.status === 'failed' && entry.work !== null
  }
  return {
    list: () => [...entries.values()].map((entry) => entry.job),
    get: (id) => find(id).job,
    ended,
    cancel,
    start,
    canRetry,
    retry(id) {
      const entry = find(id)
      if (!canRetry(id) || entry.work === null) throw notRetried(entry.job)
      const { job, work, runId } = entry
      entry.work = null
      return start(job.kind, job.title, work, runId ?? undefined)
    },
    async close() {
      board.isClosing = true
      await Promise.all([...entries.keys()].map(cancel))
    },
  }
}

function notRetried({ title, status }: Job): GraftError {
  const received = status === 'failed' ? 'it was started again already' : `it is ${status}`
  return new GraftError('E_INPUT', `Expected a job that has failed. Received: ${title}; ${received}.`, {
    fix: 'Start it as a new one.',
  })
}

function newJob(id: string, kind: Job['kind'], title: string): Job {
  return { id, kind, title, status: 'running', done: 0, total: null, message: '', error: null, result: null }
}

async function follow(board: Board, entry: Entry, work: JobWork): Promise<void> {
  const { ports, events } = board
  const notify = throttle(() => events.emit('jobs.changed', entry.job))
  const set = (changes: Partial<Job>): void => {
    entry.job = { ...entry.job, ...changes }
  }
  const handle: JobHandle = {
    id: entry.job.id,
    signal: entry.controller.signal,
    progress(done, total, message) {
      set({ done, total, message })
      notify.soon()
    },
  }
  try {
    const result = await work(handle)
    set({ status: 'done', result, done: entry.job.total ?? entry.job.done })
    entry.work = null
  } catch (error) {
    const isCancelled = entry.controller.signal.aborted && error instanceof GraftError && error.code === 'E_CANCELLED'
    const { code, message, fix } = replyError(error, ports, `${entry.job.kind} "${entry.job.title}"`)
    if (isCancelled) set({ status: 'cancelled', message: '' })
    else set({ status: 'failed', error: { code, message, ...(fix === undefined ? {} : { fix }) } })
    keepFailure(board, entry)
  }
  notify.stop()
  events.emit('jobs.changed', entry.job)
}

/** What the user has not seen fail. The terminal that started a job has said it; what the user cancelled needs no word. */
function keepFailure({ ports, events, failures, isClosing }: Board, { job, runId }: Entry): void {
  if (ports.host === 'cli' || (job.error === null && !isClosing)) return
  const { id, kind, title, error } = job
  failures.keep({
    jobId: id,
    kind,
    title,
    runId,
    at: new Date(ports.clock.now()).toISOString(),
    state: error === null ? 'interrupted' : 'failed',
    error:
      error === null
        ? { code: null, message: `The workspace was closed before it was done; ${keptWords(kind)}.`, fix: null }
        : { ...error, fix: error.fix ?? null },
  })
  events.emit('failures.changed', {})
}

/** What becomes of a job's work when it is broken off. */
function keptWords(kind: Job['kind']): string {
  return kind === 'label' ? 'the features that were computed are kept' : 'nothing of it was kept'
}

function throttle(notify: () => void): { soon(): void; stop(): void } {
  let timer: NodeJS.Timeout | null = null
  return {
    soon() {
      timer ??= setTimeout(() => {
        timer = null
        notify()
      }, TELL_MS).unref()
    },
    stop() {
      if (timer !== null) clearTimeout(timer)
    },
  }
}

function forgetOld(entries: Map<string, Entry>): void {
  const ended = [...entries.values()].filter((entry) => entry.job.status !== 'running')
  for (const entry of ended.slice(0, Math.max(0, ended.length - KEPT))) entries.delete(entry.job.id)
}
