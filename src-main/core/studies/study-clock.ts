import type { App } from '../session/app.ts'
import type { Session } from '../session/session.ts'
import type { Db } from '../store/database.ts'
import { findRun } from '../store/runs-repo.ts'
import { findStudy, studyOfRun } from '../store/studies-repo.ts'

/** Stops runs of studies whose budget is a time: at the first step after it, with what they have learned. Answers its remover. */
export function watchStudyClock(app: App): () => void {
  const limits = new Map<string, number>()
  const told = new Set<string>()
  const limitOf = ({ db }: Session, runId: string): number => {
    let limit = limits.get(runId)
    if (limit === undefined) limits.set(runId, (limit = readLimit(db, runId)))
    return limit
  }
  return app.events.subscribe((name, payload) => {
    const { session } = app
    if (session === null || (name !== 'runs.changed' && name !== 'runs.progressed')) return
    const { runId } = payload as { runId: string }
    if (name === 'runs.changed') {
      // A run that is resumed is measured anew.
      if (told.has(runId) && findRun(session.db, runId)?.status !== 'running') told.delete(runId)
      return
    }
    const limit = limitOf(session, runId)
    if (told.has(runId) || limit === Infinity) return
    const seconds = findRun(session.db, runId)?.seconds ?? 0
    if (seconds < limit) return
    told.add(runId)
    session.scheduler.control(runId, 'stop')
  })
}

function readLimit(db: Db, runId: string): number {
  const id = studyOfRun(db, runId)
  const budget = id === null ? undefined : findStudy(db, id)?.spec.budget
  return budget?.kind === 'seconds' ? budget.seconds : Infinity
}
