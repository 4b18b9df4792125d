import type { App } from '../session/app.ts'
import { removeRunPartials } from '../files/remove-partials.ts'
import type { Scheduler, Session } from '../session/session.ts'
import { findRun, queuedRuns, runsByStatus, toRun, updateRun } from '../store/runs-repo.ts'
import { startTraining, type Training } from './training/training.ts'

export function createScheduler(app: App, session: Session): Scheduler {
  let active: Training | null = null
  let isClosed = false
  let seq = 0
  // A command trains what it was asked for: what waited before it keeps its place.
  const left = new Map(app.ports.host === 'cli' ? queuedRuns(session.db).map((run) => [run.id, run.queue]) : [])

  const notify = (runId: string): void => {
    const row = findRun(session.db, runId)
    app.events.emit('runs.changed', { runId, run: row === null ? null : toRun(session.db, row) })
  }
  const wake = (): void => {
    if (active !== null || isClosed) return
    const run = queuedRuns(session.db).find((one) => left.get(one.id) !== one.queue)
    if (run === undefined) return
    active = startTraining({
      app,
      session,
      run,
      nextSeq: () => ++seq,
      notify: () => notify(run.id),
      onEnd() {
        active = null
        notify(run.id)
        app.events.emit('models.changed', {})
        setImmediate(wake)
      },
    })
    if (run.intent === 'stop') active.control('stop')
  }
  return {
    wake,
    control(runId, action) {
      if (active?.runId !== runId) return false
      active.control(action)
      return true
    },
    ended: (runId) => (active?.runId === runId ? active.ended : Promise.resolve()),
    async close() {
      isClosed = true
      active?.closeSoon('Graft was closed.')
      await active?.ended
    },
  }
}

/** Marks what an app that died left behind. Queued runs stay queued. */
export function markInterrupted(session: Session): void {
  for (const run of runsByStatus(session.db, 'running')) {
    removeRunPartials(session.paths.run(run.id))
    updateRun(session.db, run.key, {
      status: 'interrupted',
      reason: 'Graft ended while this run was training. Resume goes on from the last checkpoint.',
      queue: null,
    })
  }
}
