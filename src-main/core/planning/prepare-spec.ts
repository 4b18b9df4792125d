import type { ExperimentSpec } from '../../contract/spec.ts'
import { referencesOf } from '../../learning/catalog.ts'
import { stateAt } from '../datasets/change.ts'
import { prepareDatasetHash } from '../datasets/dataset-hash.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { prepareFeatureFacts } from '../datasets/feature-facts.ts'
import type { Workspace } from '../session/workspace.ts'

/** Computes what planSpec asks of the spec's datasets, in pieces: at once, a table of 100,000 rows would hold everything up. */
export async function prepareSpec(workspace: Workspace, spec: ExperimentSpec): Promise<void> {
  const own = ownDataset(workspace, spec)
  const others = referencesOf(spec).datasets.flatMap(({ name }) => workspace.datasets.find(name) ?? [])
  for (const state of own === null ? others : [own, ...others]) await prepareFeatureFacts(workspace.db, state)
}

/** The same for a spec that is going to be run. */
export async function prepareRun(workspace: Workspace, spec: ExperimentSpec): Promise<void> {
  await prepareSpec(workspace, spec)
  const own = ownDataset(workspace, spec)
  if (own !== null) await prepareDatasetHash(workspace.db, own)
}

/** null: unknown, as planSpec says. */
function ownDataset(workspace: Workspace, spec: ExperimentSpec): DatasetState | null {
  const newest = workspace.datasets.find(spec.dataset)
  const wanted = spec.datasetVersion ?? newest?.row.version ?? 0
  return newest === null || wanted > newest.row.version ? newest : stateAt(workspace.db, newest, wanted)
}
