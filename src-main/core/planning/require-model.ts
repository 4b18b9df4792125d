import { GraftError } from '../../contract/errors.ts'
import type { ModelFiles } from '../../contract/trainer.ts'
import { missingImport, modelFilesOf } from '../../learning/catalog.ts'
import type { App } from '../session/app.ts'
import { findRun, type RunRow } from '../store/runs-repo.ts'
import type { Workspace } from '../session/workspace.ts'
import { learningContext, trainedModel } from './learning-context.ts'

/** A model that can predict. */
export interface Predictor {
  readonly title: string
  /** null: a base model, which no run has trained. */
  readonly runId: string | null
  readonly files: ModelFiles
}

/** The trained model of a run (`<id>` or `run:<id>`), or a base model by its id. Throws E_NOT_FOUND, E_MODEL_UNKNOWN, and E_PREDICT_INPUT
 *  for a base model whose preparation or classes are not known. */
export function requirePredictor(app: App, workspace: Workspace, ref: string): Predictor {
  const base = ref.startsWith('run:') ? null : modelFilesOf(ref, learningContext(app, workspace, null))
  if (base === null) {
    const { run, files } = requireModel(workspace, ref)
    return { title: run.name, runId: run.id, files }
  }
  if (!base.isPrepared) throw unprepared(base.title)
  if (base.files.heads.length > 0) return { title: base.title, runId: null, files: base.files }
  throw new GraftError(
    'E_PREDICT_INPUT',
    `Expected a model whose classes are known. Received: ${base.title}, which names none.`,
    {
      fix: 'Import it again with a file of class names, or train it on a dataset.',
    },
  )
}

/** For a model that is to see pixels and whose file does not say how they are prepared. */
export function unprepared(title: string): GraftError {
  return new GraftError(
    'E_PREDICT_INPUT',
    `Expected a model whose pixels are prepared in a known way. Received: ${title}, whose file does not say how.`,
    { fix: 'Choose it under Models, or with: graft model prepare MODEL --preprocessing NAME' },
  )
}

/** The trained model of a run (`<id>` or `run:<id>`), or E_NOT_FOUND / E_MODEL_UNKNOWN. */
export function requireModel(workspace: Workspace, runRef: string): { run: RunRow; files: ModelFiles } {
  const gone = missingImport(runRef)
  if (gone !== null) throw gone
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
