import { join } from 'node:path'
import { GraftError } from '../../../contract/errors.ts'
import type { ExperimentSpec } from '../../../contract/spec.ts'
import type { TrainJob } from '../../../contract/trainer.ts'
import { missingImport, modelFilesOf, referencesOf } from '../../../learning/catalog.ts'
import type { App } from '../../session/app.ts'
import { stateAt } from '../../datasets/change.ts'
import { datasetHash, prepareDatasetHash } from '../../datasets/dataset-hash.ts'
import type { DatasetState } from '../../store/dataset-state.ts'
import { learningContext } from '../../planning/learning-context.ts'
import type { Workspace } from '../../session/workspace.ts'
import type { RunDetails } from '../../store/run-details-repo.ts'
import { buildManifest, writeManifest } from '../../datasets/manifest.ts'

/** The models and further datasets that a spec's strategy names, as the trainer gets them. Manifests are written into `folder`. */
export async function jobReferences(
  app: App,
  workspace: Workspace,
  options: { spec: ExperimentSpec; heads: RunDetails['heads']; folder: string },
): Promise<Pick<TrainJob, 'models' | 'datasets'>> {
  const { models, datasets } = referencesOf(options.spec)
  const context = learningContext(app, workspace, null)
  return {
    models: Object.fromEntries(
      models.map(({ ref }) => {
        const found = modelFilesOf(ref, context)
        if (found === null) throw missingImport(ref) ?? missing('E_MODEL_UNKNOWN', `the model ${ref}`)
        return [ref, { ...found.files, title: found.title }]
      }),
    ),
    datasets: await writeFurther(workspace, options, datasets),
  }
}

async function writeFurther(
  workspace: Workspace,
  options: Parameters<typeof jobReferences>[2],
  datasets: ReturnType<typeof referencesOf>['datasets'],
): Promise<TrainJob['datasets']> {
  const paths: [string, string][] = []
  for (const [place, { name }] of datasets.entries()) {
    const path = join(options.folder, `manifest-${place + 1}.json`)
    const state = furtherDataset(workspace, options.spec, name)
    if (state === null) throw missing('E_NOT_FOUND', `the dataset ${name}`)
    await prepareDatasetHash(workspace.db, state)
    const recorded = { hash: datasetHash(workspace.db, state), heads: options.heads }
    await writeManifest(workspace, path, await buildManifest(workspace, state, recorded))
    paths.push([name, path])
  }
  return Object.fromEntries(paths)
}

/** A further dataset at the version that the spec pins, or the newest; null: there is none of that name. */
export function furtherDataset(workspace: Workspace, spec: ExperimentSpec, name: string): DatasetState | null {
  const newest = workspace.datasets.find(name)
  if (newest === null) return null
  const wanted = spec.versions?.[name] ?? newest.row.version
  return stateAt(workspace.db, newest, Math.min(wanted, newest.row.version))
}

/** The newest versions of what a spec names, to be kept with a run. */
export function pinnedVersions(workspace: Workspace, spec: ExperimentSpec): ExperimentSpec['versions'] {
  const { datasets } = referencesOf(spec)
  const found = datasets.flatMap(({ name }) => {
    const state = furtherDataset(workspace, spec, name)
    return state === null ? [] : [[name, state.row.version] as const]
  })
  return found.length === 0 ? undefined : Object.fromEntries(found)
}

function missing(code: 'E_MODEL_UNKNOWN' | 'E_NOT_FOUND', what: string): GraftError {
  return new GraftError(code, `Expected ${what}, which the run was planned with. Received: it was removed.`, {
    fix: 'Start a new run with another one.',
  })
}
