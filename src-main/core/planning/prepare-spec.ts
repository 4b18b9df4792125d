import type { ExperimentSpec } from '../../contract/spec.ts'
import { referencesOf } from '../../learning/catalog.ts'
import { stateAt } from '../datasets/change.ts'
import { prepareDatasetHash } from '../datasets/dataset-hash.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { prepareFeatureFacts } from '../datasets/feature-facts.ts'
import type { Session } from '../session/session.ts'

/** Computes what planSpec asks of the spec's datasets, in pieces: at once, a table of 100,000 rows would hold everything up. */
export async function prepareSpec(session: Session, spec: ExperimentSpec): Promise<void> {
  const own = ownDataset(session, spec)
  const others = referencesOf(spec).datasets.flatMap(({ name }) => session.datasets.find(name) ?? [])
  for (const state of own === null ? others : [own, ...others]) await prepareFeatureFacts(session.db, state)
}

/** The same for a spec that is going to be run. */
export async function prepareRun(session: Session, spec: ExperimentSpec): Promise<void> {
  await prepareSpec(session, spec)
  const own = ownDataset(session, spec)
  if (own !== null) await prepareDatasetHash(session.db, own)
}

/** null: unknown, as planSpec says. */
function ownDataset(session: Session, spec: ExperimentSpec): DatasetState | null {
  const newest = session.datasets.find(spec.dataset)
  const wanted = spec.datasetVersion ?? newest?.row.version ?? 0
  return newest === null || wanted > newest.row.version ? newest : stateAt(session.db, newest, wanted)
}
