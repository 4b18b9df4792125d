import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelFiles } from '../../contract/trainer.ts'
import {
  type DatasetFacts,
  type LearningContext,
  loadBaseModels,
  loadImported,
  type PretrainedBase,
} from '../../learning/catalog.ts'
import type { App } from '../session/app.ts'
import { datasetFacts } from '../datasets/dataset-facts.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import type { Workspace } from '../session/workspace.ts'
import { readDetails } from '../store/run-details-repo.ts'
import { findRun, type RunRow } from '../store/runs-repo.ts'
import { readModelFiles } from './read-model-files.ts'

const loaded = new WeakMap<App, readonly PretrainedBase[]>()

/** The shipped base models, read once per start. */
export function shippedBases(app: App): readonly PretrainedBase[] {
  let bases = loaded.get(app)
  if (bases === undefined) loaded.set(app, (bases = loadBaseModels(app.ports.resourcesFolder)))
  return bases
}

/** Imported models: those of the workspace, then those of the shelf that all workspaces of this user share. */
export function importedModels(app: App, workspace: Workspace | null) {
  const own = workspace === null ? [] : loadImported(workspace.paths.models, false)
  const names = new Set(own.map(({ id }) => id))
  const shared = loadImported(shelf(app), true).filter(({ id }) => !names.has(id))
  return [...own, ...shared]
}

/** Folder of the imported models that all workspaces share. */
export function shelf(app: App): string {
  return join(app.ports.userFolder, 'models')
}

/** Shipped base models, then imported ones that can be used. */
export function pretrainedBases(app: App, workspace: Workspace | null): readonly PretrainedBase[] {
  return [...shippedBases(app), ...importedModels(app, workspace).flatMap(({ base }) => base ?? [])]
}

/** Everything that a spec may refer to. */
export function learningContext(app: App, workspace: Workspace | null, dataset: DatasetState | null): LearningContext {
  const facts: DatasetFacts | null = workspace === null || dataset === null ? null : datasetFacts(workspace, dataset)
  return {
    dataset: facts,
    bases: pretrainedBases(app, workspace),
    trained: (runId) => (workspace === null ? null : trainedModel(workspace, runId)),
    further(name) {
      const state = workspace?.datasets.find(name) ?? null
      return workspace === null || state === null ? null : datasetFacts(workspace, state)
    },
  }
}

/** Folder of a run's trained model; null: there is none on disk, or the run has ended before its first step, with the weights that it
 *  began with. */
export function modelFolder(workspace: Workspace, run: Pick<RunRow, 'id' | 'status' | 'progress'>): string | null {
  const folder = join(workspace.paths.run(run.id), 'model')
  const hasLearned = run.status === 'finished' || run.progress > 0
  return hasLearned && existsSync(join(folder, 'weights.safetensors')) ? folder : null
}

/** A trained model of the workspace as files; null: the run is unknown or has no model on disk. Throws E_MODEL_WEIGHTS when a file of
 *  it is damaged. */
export function trainedModel(workspace: Workspace, runId: string): { title: string; files: ModelFiles } | null {
  const run = findRun(workspace.db, runId)
  if (run === null) return null
  const folder = modelFolder(workspace, run)
  const sha256 = readDetails(workspace.db, run.key).modelSha256
  if (sha256 === null || folder === null) return null
  const weights = { path: join(folder, 'weights.safetensors'), sha256 }
  return { title: run.name, files: { ...readModelFiles(folder), weights } }
}
