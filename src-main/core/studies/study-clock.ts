import type { App } from '../session/app.ts'
import { findRun } from '../store/runs-repo.ts'
import { findStudy, studyOfRun } from '../store/studies-repo.ts'

/** Stops runs of studies whose budget is a time: at the first step after it, with what they have learned. Answers its remover. */
export function watchStudyClock(app: App): () => void {
  const limits = new Map<string, number>()
  const told = new Set<string>()
  const limitOf = (runId: string): number => {
    let limit = limits.get(runId)
    if (limit === undefined) limits.set(runId, (limit = readLimit(app, runId)))
    return limit
  }
  return app.events.subscribe((name, payload) => {
    const { runId } = payload as { runId?: string }
    if (app.session === null || runId === undefined) return
    if (name === 'runs.changed' && told.has(runId)) {
      // A run that is resumed is measured anew.
      if (findRun(app.session.db, runId)?.status !== 'running') told.delete(runId)
    }
    if (name !== 'runs.progressed' || told.has(runId) || limitOf(runId) === Infinity) return
    const seconds = findRun(app.session.db, runId)?.seconds ?? 0
    if (seconds < limitOf(runId)) return
    told.add(runId)
    app.session.scheduler.control(runId, 'stop')
  })
}

function readLimit(app: App, runId: string): number {
  if (app.session === null) return Infinity
  const id = studyOfRun(app.session.db, runId)
  const budget = id === null ? undefined : findStudy(app.session.db, id)?.spec.budget
  return budget?.kind === 'seconds' ? budget.seconds : Infinity
}
