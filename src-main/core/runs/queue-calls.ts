import { setImmediate } from 'node:timers/promises'
import { removeLater } from '../../base/disk/remove.ts'
import type { Handlers } from '../../contract/define.ts'
import { GraftError } from '../../contract/errors.ts'
import type { Run, runs } from '../../contract/runs.ts'
import { type App, requireSession } from '../session/app.ts'
import { canExtend } from '../../learning/catalog.ts'
import { requireRun } from '../planning/require-model.ts'
import type { Session } from '../session/session.ts'
import { forgetDismissal } from '../store/failures-repo.ts'
import { readDetails, updateDetails } from '../store/run-details-repo.ts'
import { newestCheckpoint } from '../store/run-records-repo.ts'
import { deleteRun, type NewRunRow, queuedRuns, queueEnd, type RunRow, updateRun } from '../store/runs-repo.ts'
import { notifyRun, notifyRuns } from './notify-run.ts'

type Commands = 'pause' | 'resume' | 'stop' | 'extend' | 'reorder' | 'remove'

export function runQueue(app: App): Pick<Handlers<typeof runs>, Commands> {
  const change = (runId: string, work: (session: Session, run: RunRow) => void): Run => {
    const session = requireSession(app)
    work(session, requireRun(session, runId))
    const told = notifyRun(app, session, runId)
    session.scheduler.wake()
    return told
  }
  return {
    pause: ({ runId }) => change(runId, pause),
    resume: ({ runId }) => change(runId, resume),
    stop: ({ runId }) => change(runId, stop),
    extend: ({ runId, epochs }) => change(runId, (session, run) => extend(session, run, epochs)),
    async reorder({ runId, position }) {
      const session = requireSession(app)
      reorder(session, requireRun(session, runId), position)
      await notifyRuns(app, session, ids(queuedRuns(session.db)))
      return {}
    },
    async remove({ runIds }) {
      const session = requireSession(app)
      const rows = [...new Set(runIds)].map((runId) => requireRun(session, runId))
      for (const run of rows) {
        await remove(app, session, run)
        await setImmediate()
      }
      app.events.emit('models.changed', {})
      return {}
    },
  }
}

function pause(session: Session, run: RunRow): void {
  if (session.scheduler.control(run.id, 'pause')) {
    return updateRun(session.db, run.key, { reason: 'Pausing at the next step.', intent: null })
  }
  requireStatus(run, 'pause', ['queued'])
  updateRun(session.db, run.key, { status: 'paused', queue: null, intent: null })
}

/** Puts runs before all others, in the order given; nothing starts before all of them wait. */
export async function resumeRuns(app: App, session: Session, runs: readonly RunRow[]): Promise<void> {
  session.db.transaction(() => {
    // Each goes to the front of the queue, so the last one first.
    for (const run of runs.toReversed()) resume(session, run)
  })
  await notifyRuns(app, session, ids(runs))
  session.scheduler.wake()
}

/** Stops runs that are queued or trained; none of them starts because another one was stopped. */
export async function stopRuns(app: App, session: Session, runs: readonly RunRow[]): Promise<void> {
  session.db.transaction(() => {
    for (const run of runs) updateRun(session.db, run.key, { queue: null })
    for (const run of runs) stop(session, run)
  })
  await notifyRuns(app, session, ids(runs))
  session.scheduler.wake()
}

function ids(runs: readonly RunRow[]): string[] {
  return runs.map((run) => run.id)
}

function resume(session: Session, run: RunRow): void {
  requireStatus(run, 'resume', ['queued', 'paused', 'interrupted', 'failed', 'stopped'])
  enqueue(session, run)
}

function enqueue(session: Session, run: RunRow, more: Partial<NewRunRow> = {}): void {
  forgetDismissal(session.db, run.id)
  updateRun(session.db, run.key, {
    intent: null,
    ...more,
    status: 'queued',
    reason: null,
    queue: queueEnd(session.db, 'front'),
  })
}

/** A run that has learned something is started once more, only to end with its model; one that has not just stops. */
function stop(session: Session, run: RunRow): void {
  const isTold = session.scheduler.control(run.id, 'stop')
  if (isTold && run.status === 'running') {
    return updateRun(session.db, run.key, { reason: 'Stopping at the next step.', intent: 'stop' })
  }
  requireStatus(run, 'stop', ['queued', 'paused', 'interrupted'])
  if (newestCheckpoint(session.db, run.key) === null) {
    return updateRun(session.db, run.key, {
      status: 'stopped',
      reason: 'Stopped before it had learned anything.',
      queue: null,
      intent: null,
    })
  }
  enqueue(session, run, { intent: 'stop' })
}

function extend(session: Session, run: RunRow, epochs: number): void {
  requireStatus(run, 'extend', ['finished', 'stopped', 'paused', 'interrupted'])
  const { spec } = readDetails(session.db, run.key)
  if (!canExtend(spec.strategy)) {
    throw new GraftError(
      'E_RUN_STATE',
      `Expected a run of one stage of epochs to train longer. Received: ${run.name}, whose strategy ${spec.strategy.type} has several stages, or none.`,
      { fix: 'Start a new run with other values: its spec is on the run’s page.' },
    )
  }
  const total = spec.epochs + epochs
  session.db.transaction(() => {
    updateDetails(session.db, run.key, { spec: { ...spec, epochs: total } })
    enqueue(session, run, { epochs: total, progress: Math.min(run.progress, run.epochs_done / total) })
  })
}

function reorder(session: Session, run: RunRow, position: number): void {
  requireStatus(run, 'reorder', ['queued'])
  const others = queuedRuns(session.db).filter((entry) => entry.key !== run.key)
  const order = [...others.slice(0, position), run, ...others.slice(position)]
  session.db.transaction(() => {
    for (const [place, entry] of order.entries()) updateRun(session.db, entry.key, { queue: place + 1 })
  })
}

async function remove(app: App, session: Session, run: RunRow): Promise<void> {
  // Out of the queue first: it shall not start while another one is being waited for.
  updateRun(session.db, run.key, { queue: null })
  if (session.scheduler.control(run.id, 'cancel')) await session.scheduler.ended(run.id)
  deleteRun(session.db, run.key)
  forgetDismissal(session.db, run.id)
  await removeLater(session.paths.run(run.id))
  app.events.emit('runs.changed', { runId: run.id, run: null })
}

function requireStatus(run: RunRow, what: string, allowed: readonly RunRow['status'][]): void {
  if (allowed.includes(run.status)) return
  throw new GraftError(
    'E_RUN_STATE',
    `Expected a run that is ${allowed.join(' or ')} to ${what}. Received: ${run.name}, which is ${run.status}.`,
    {
      fix: run.status === 'running' ? 'Pause or stop it first.' : 'Fetch the runs again: its state has changed.',
    },
  )
}
