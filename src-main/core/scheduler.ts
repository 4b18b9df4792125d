import type { App } from './app.ts'
import { removeRunPartials } from './files/remove-partials.ts'
import type { Session } from './session.ts'
import { findRun, queuedRuns, runsByStatus, toRun, updateRun } from './store/runs-repo.ts'
import { type Control, startTraining, type Training } from './training/training.ts'

/** Runs the queue: one training at a time, in its own process. The queue itself, and what each run waits for, stand in the store. */
export interface Scheduler {
  /** Looks whether something can start. */
  wake(): void
  /** Asks the running training; false: the run is not being trained. */
  control(runId: string, action: Control): boolean
  /** Resolves when the run no longer has a process. */
  ended(runId: string): Promise<void>
  /** Lets the running training write a checkpoint, and ends it. */
  close(): Promise<void>
}

export function createScheduler(app: App, session: Session): Scheduler {
  let active: Training | null = null
  let isClosed = false
  let seq = 0
  // A command trains what it was asked for: what waited before it keeps its place.
  const left = new Map(app.ports.host === 'cli' ? queuedRuns(session.db).map((run) => [run.id, run.queue]) : [])

  const tell = (runId: string): void => {
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
      tell: () => tell(run.id),
      onEnd() {
        active = null
        tell(run.id)
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
