import type { Run } from '../../../contract/runs.ts'
import type { App } from '../../app.ts'
import { requireRun } from '../../models/require-model.ts'
import type { Session } from '../../session.ts'
import { toRun } from '../../store/runs-repo.ts'

/** Announces a run as it now stands, and answers it. */
export function tellRun(app: App, session: Session, runId: string): Run {
  const run = toRun(session.db, requireRun(session, runId))
  app.events.emit('runs.changed', { runId, run })
  return run
}
