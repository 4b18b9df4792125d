import type { Log, RandomSource } from '../../base/ports.ts'
import { GraftError } from '../../contract/errors.ts'
import type { Job } from '../../contract/workspace.ts'
import type { EventBus } from '../events.ts'
import { replyError } from '../reply-error.ts'

/** Progress is told at most this often. */
const TELL_MS = 100
/** Ended jobs that are still listed. */
const KEPT = 50

export interface JobHandle {
  readonly id: string
  readonly signal: AbortSignal
  progress(done: number, total: number | null, message: string): void
}

export interface JobBoard {
  list(): Job[]
  get(id: string): Job
  /** Answers at once; `work` runs on, and its value becomes the job's result. */
  start(kind: Job['kind'], title: string, work: (handle: JobHandle) => Promise<Record<string, unknown>>): Job
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
}

export function createJobBoard(ports: { log: Log; random: RandomSource }, events: EventBus): JobBoard {
  const entries = new Map<string, Entry>()
  const find = (id: string): Entry => {
    const entry = entries.get(id)
    if (entry !== undefined) return entry
    throw new GraftError('E_NOT_FOUND', `Expected a job of this session. Received: ${id}.`, {
      fix: 'List them with jobs.list.',
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
  return {
    list: () => [...entries.values()].map((entry) => entry.job),
    get: (id) => find(id).job,
    ended,
    cancel,
    start(kind, title, work) {
      forgetOld(entries)
      const job = newJob(ports.random.id(10), kind, title)
      const entry: Entry = { job, controller: new AbortController(), done: Promise.resolve() }
      entries.set(job.id, entry)
      events.emit('jobs.changed', job)
      Object.assign(entry, { done: follow(entry, work, ports, events) })
      return entry.job
    },
    async close() {
      await Promise.all([...entries.keys()].map(cancel))
    },
  }
}

function newJob(id: string, kind: Job['kind'], title: string): Job {
  return { id, kind, title, status: 'running', done: 0, total: null, message: '', error: null, result: null }
}

async function follow(
  entry: Entry,
  work: (handle: JobHandle) => Promise<Record<string, unknown>>,
  ports: { log: Log; random: RandomSource },
  events: EventBus,
): Promise<void> {
  const tell = throttle(() => events.emit('jobs.changed', entry.job))
  const set = (changes: Partial<Job>): void => {
    entry.job = { ...entry.job, ...changes }
  }
  const handle: JobHandle = {
    id: entry.job.id,
    signal: entry.controller.signal,
    progress(done, total, message) {
      set({ done, total, message })
      tell.soon()
    },
  }
  try {
    const result = await work(handle)
    set({ status: 'done', result, done: entry.job.total ?? entry.job.done })
  } catch (error) {
    const isCancelled = entry.controller.signal.aborted && error instanceof GraftError && error.code === 'E_CANCELLED'
    const { code, message, fix } = replyError(error, ports, `${entry.job.kind} "${entry.job.title}"`)
    if (isCancelled) set({ status: 'cancelled', message: '' })
    else set({ status: 'failed', error: { code, message, ...(fix === undefined ? {} : { fix }) } })
  }
  tell.stop()
  events.emit('jobs.changed', entry.job)
}

function throttle(tell: () => void): { soon(): void; stop(): void } {
  let timer: NodeJS.Timeout | null = null
  return {
    soon() {
      timer ??= setTimeout(() => {
        timer = null
        tell()
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
