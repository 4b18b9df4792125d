import type { HeadFit } from '../../contract/labelling.ts'
import type { BaseRef } from '../../contract/spec.ts'
import type { AnswerOf, LabelQuestion } from '../../contract/label-questions.ts'
import { replyError } from '../errors/reply-error.ts'
import type { JobHandle } from '../background/job-board.ts'
import type { App } from '../session/app.ts'
import type { LiveLabelling } from '../session/labelling.ts'
import type { Session } from '../session/session.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { createHeadKeeper } from './head-keeper.ts'
import { labellingOff } from './labelling-off.ts'
import { type LabelProcess, startLabelProcess } from './label-process.ts'
import { prepareLabelJob, type LabelBase } from './prepare-label-job.ts'
import { wantingWords } from './wanting-words.ts'

/** What nobody has asked for so long is let go: it holds as much memory as there are features. */
const IDLE_MS = 10 * 60_000

export interface OpenLabelling extends LiveLabelling {
  changed(state: DatasetState): void
  /** Ends the process; what it has computed is kept. */
  end(): Promise<void>
}

/** Holds one dataset's features in a process of its own, from now until `end`. */
export function openLabelling(
  app: App,
  session: Session,
  state: DatasetState,
  base: LabelBase & { readonly ref: BaseRef },
  onEnd: () => void,
): OpenLabelling {
  const datasetId = state.row.id
  const controller = new AbortController()
  const unreadable = new Map<number, string>()
  let status: LiveLabelling['status'] = 'preparing'
  let dimensions = 0
  let failure: string | null = null
  let process: LabelProcess | null = null
  let idle: NodeJS.Timeout | undefined

  const stay = (): void => {
    clearTimeout(idle)
    idle = setTimeout(() => void end(), IDLE_MS).unref()
  }
  const tell = (head: HeadFit | null): void => app.events.emit('labelling.changed', { datasetId, status, head })
  const ask = <Q extends LabelQuestion>(question: Q): Promise<AnswerOf<Q['kind']>> =>
    process === null || status !== 'ready' ? Promise.reject(labellingOff()) : process.ask(question)
  const keeper = createHeadKeeper({
    state: () => (status === 'ready' ? session.datasets.find(datasetId) : null),
    unreadable,
    ask,
    onChange: (held, { name }) => tell(held === null ? null : { ...held.head, column: name }),
    onError: (error) => {
      // Of a process that has ended its end tells.
      if (status === 'ready' && !controller.signal.aborted)
        app.ports.log.error('the head could not be fitted', { error: String(error) })
    },
  })
  const fail = (error: unknown): void => {
    const { message, fix } = replyError(error, app.ports, `labelling of ${state.row.name}`)
    failure = [message, fix].filter(Boolean).join(' ')
  }
  const work = async (handle: JobHandle): Promise<Record<string, unknown>> => {
    handle.signal.addEventListener('abort', () => controller.abort(), { once: true })
    const { signal } = controller
    status = 'preparing'
    failure = null
    try {
      const prepared = await prepareLabelJob(app, session, state, base)
      process = startLabelProcess({
        trainer: app.ports.trainer,
        job: prepared.job,
        signal,
        onProgress(what, done, total) {
          if (status === 'preparing') handle.progress(done, total, what)
          else app.events.emit('labelling.progressed', { datasetId, what, done, total })
        },
      })
      void process.ended.then((why) => {
        prepared.remove()
        ended(why)
      })
      const ready = await process.ready
      for (const { row, reason } of ready.unreadable) unreadable.set(row, reason)
      dimensions = ready.dimensions
    } catch (error) {
      // Before there was a process.
      if (process === null) ended(error)
      throw error
    }
    status = 'ready'
    stay()
    tell(null)
    return { datasetId, items: state.row.items, dimensions }
  }
  const ended = (why: unknown): void => {
    process = null
    clearTimeout(idle)
    status = why === null ? 'off' : 'failed'
    if (why !== null) fail(why)
    tell(null)
    if (why === null) onEnd()
  }
  const end = async (): Promise<void> => {
    controller.abort()
    await process?.ended
  }
  const title = `Prepare ${state.row.name} for labelling with ${base.title}`
  const job = session.jobs.start('label', title, work)
  tell(null)
  return {
    datasetId,
    base: base.ref,
    baseTitle: base.title,
    jobId: job.id,
    items: state.row.items,
    unreadable,
    featuresOf: base.key,
    get status() {
      return status
    },
    get dimensions() {
      return dimensions
    },
    get failure() {
      return failure
    },
    heldOf: keeper.held,
    fitOf(column) {
      stay()
      keeper.use(column)
      return keeper.held(column)
    },
    isFitting: () => keeper.isBusy(),
    wanting: (column) => (keeper.held(column) === null ? wantingWords(session, datasetId, column, unreadable) : null),
    async settled(column) {
      keeper.use(column)
      await keeper.settled()
      return keeper.held(column)
    },
    ask(question) {
      stay()
      return ask(question)
    },
    changed: (changed) => keeper.changed(changed),
    end,
  }
}
