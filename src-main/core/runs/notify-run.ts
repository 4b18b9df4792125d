import type { Run } from '../../contract/runs.ts'
import type { App } from '../session/app.ts'
import { requireRun } from '../planning/require-model.ts'
import type { Workspace } from '../session/workspace.ts'
import { inTurns } from '../store/in-turns.ts'
import type { Piecewise } from '../../base/piecewise.ts'
import { findRun, toRun } from '../store/runs-repo.ts'

/** Runs that are told in one go: each is read, and goes to every window. */
const TOLD = 20

/** Announces many, with other things done in between. */
export async function notifyRuns(app: App, workspace: Workspace, runIds: readonly string[]): Promise<void> {
  await inTurns(workspace.db, notifyInPieces(app, workspace, runIds))
}

function* notifyInPieces(app: App, workspace: Workspace, runIds: readonly string[]): Piecewise<void> {
  for (const [place, runId] of runIds.entries()) {
    // One that was removed meanwhile has been told of.
    if (findRun(workspace.db, runId) !== null) notifyRun(app, workspace, runId)
    if (place % TOLD === TOLD - 1) yield
  }
}

/** Announces a run as it now stands, and answers it. */
export function notifyRun(app: App, workspace: Workspace, runId: string): Run {
  const run = toRun(workspace.db, requireRun(workspace, runId))
  app.events.emit('runs.changed', { runId, run })
  return run
}
