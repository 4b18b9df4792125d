import { GraftError } from '../../contract/errors.ts'
import type { ModelFiles } from '../../contract/trainer.ts'
import { findRun, type RunRow } from '../store/runs-repo.ts'
import type { Workspace } from '../session/workspace.ts'
import { trainedModel } from './learning-context.ts'

/** The trained model of a run (`<id>` or `run:<id>`), or E_NOT_FOUND / E_MODEL_UNKNOWN. */
export function requireModel(workspace: Workspace, runRef: string): { run: RunRow; files: ModelFiles } {
  const run = requireRun(workspace, runRef.replace(/^run:/, ''))
  const model = trainedModel(workspace, run.id)
  if (model !== null) return { run, files: model.files }
  throw new GraftError(
    'E_MODEL_UNKNOWN',
    `Expected a run with a trained model. Received: ${run.name}, which is ${run.status}.`,
    {
      fix: 'Let the run finish, or stop and keep it.',
    },
  )
}

export function requireRun(workspace: Workspace, id: string): RunRow {
  const run = findRun(workspace.db, id)
  if (run !== null) return run
  throw new GraftError('E_NOT_FOUND', `Expected the id of a run of the workspace. Received: ${id}.`, {
    fix: 'Choose one of the runs of the workspace.',
  })
}
