import type { Run } from '../../contract/runs.ts'
import type { App } from '../session/app.ts'
import { requireRun } from '../planning/require-model.ts'
import type { Session } from '../session/session.ts'
import { inTurns, type Piecewise } from '../store/in-turns.ts'
import { findRun, toRun } from '../store/runs-repo.ts'

/** Runs that are told in one go: each is read, and goes to every window. */
const TOLD = 20

/** Announces many, with other things done in between. */
export async function tellRuns(app: App, session: Session, runIds: readonly string[]): Promise<void> {
  await inTurns(session.db, tellInPieces(app, session, runIds))
}

function* tellInPieces(app: App, session: Session, runIds: readonly string[]): Piecewise<void> {
  for (const [place, runId] of runIds.entries()) {
    // One that was removed meanwhile has been told of.
    if (findRun(session.db, runId) !== null) tellRun(app, session, runId)
    if (place % TOLD === TOLD - 1) yield
  }
}

/** Announces a run as it now stands, and answers it. */
export function tellRun(app: App, session: Session, runId: string): Run {
  const run = toRun(session.db, requireRun(session, runId))
  app.events.emit('runs.changed', { runId, run })
  return run
}
