import type { Preprocessing } from '../../contract/network.ts'
import type { AnalyseJob } from '../../contract/trainer.ts'
import { modelFilesOf } from '../../learning/catalog.ts'
import type { App } from '../session/app.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { learningContext } from '../planning/learning-context.ts'
import { listTrained } from '../models/trained-models.ts'
import type { Workspace } from '../session/workspace.ts'
import { findRun } from '../store/runs-repo.ts'

/** Every model with weights that takes inputs of the dataset's kind: base models whose preparation is known, then trained ones, newest first. */
export function modelsFor(app: App, workspace: Workspace, dataset: DatasetState): AnalyseJob['surroundings']['models'] {
  const context = learningContext(app, workspace, null)
  const refs = [...context.bases.map(({ id }) => id), ...listTrained(workspace).map(({ id }) => id)]
  return refs.flatMap((ref) => {
    const found = modelFilesOf(ref, context)
    if (found === null || !found.isPrepared || !takes(found.files.preprocessing, dataset)) return []
    return [{ ref, title: found.title, hasSeenDataset: trainedOn(workspace, ref) === dataset.row.id }]
  })
}

/** The dataset that a trained base has learned from, where it is there still and is another than the spec's. */
export function baseDomain(workspace: Workspace, base: unknown, dataset: DatasetState): DatasetState | null {
  const id = typeof base === 'string' ? trainedOn(workspace, base) : null
  const found = id === null ? null : workspace.datasets.find(id)
  return found === null || found.row.id === dataset.row.id || found.row.kind !== dataset.row.kind ? null : found
}

function trainedOn(workspace: Workspace, ref: string): string | null {
  return ref.startsWith('run:') ? (findRun(workspace.db, ref.slice('run:'.length))?.dataset_id ?? null) : null
}

function takes(preprocessing: Preprocessing, { row }: DatasetState): boolean {
  if (preprocessing.kind !== row.kind) return false
  if (preprocessing.kind === 'image') return true
  const columns = new Map(row.featureColumns.map((column) => [column.name, column.type]))
  return preprocessing.columns.every((column) => columns.get(column.name) === column.type)
}
