import type { ResolvedPlan } from '../../src-main/contract/models.ts'
import { ExperimentSpec } from '../../src-main/contract/spec.ts'
import type { Db } from '../../src-main/core/store/database.ts'
import type { NewDataset } from '../../src-main/core/store/datasets-repo.ts'
import { insertDetails } from '../../src-main/core/store/run-details-repo.ts'
import { insertRun, type NewRunRow } from '../../src-main/core/store/runs-repo.ts'

/** A plan without layers: valid, and small enough for ten thousand rows. */
const EMPTY_PLAN: ResolvedPlan = {
  network: { name: 'toy', blocks: [], layers: [], outputs: [], features: '' },
  facts: [],
  states: {},
  cachedUpTo: null,
  parameters: { total: 0, trainable: 0, frozen: 0, fresh: 0 },
  preprocessing: { kind: 'table', columns: [] },
  problems: [],
  estimate: null,
}

/** A plausible row of `runs`, for tests and benches of the store alone. */
export function insertTestRun(db: Db, id: string, more: Partial<NewRunRow> = {}): number {
  const key = insertRun(db, {
    id,
    name: `run ${id}`,
    status: 'finished',
    reason: null,
    created_at: '2026-01-01T00:00:00.000Z',
    started_at: '2026-01-01T00:00:01.000Z',
    finished_at: '2026-01-01T00:01:00.000Z',
    dataset_id: 'd1',
    dataset_name: 'toy',
    dataset_version: 1,
    dataset_hash: 'hash',
    base: 'lenet',
    strategy: 'fine-tuning',
    seed: 1,
    epochs: 10,
    epochs_done: 10,
    progress: 1,
    seconds: 59,
    parameters_total: 1000,
    parameters_trainable: 100,
    parameters_frozen: 900,
    parameters_fresh: 10,
    starred: 0,
    tags: '[]',
    notes: '',
    colour: 0,
    queue: null,
    ...more,
  })
  insertDetails(db, key, {
    spec: ExperimentSpec.parse({
      name: id,
      dataset: 'toy',
      base: { architecture: 'lenet' },
      strategy: { type: 'fine-tuning' },
    }),
    plan: EMPTY_PLAN,
    heads: [],
    environment: {},
    weightChange: [],
    cache: null,
    weights: null,
    modelSha256: null,
    work: null,
  })
  return key
}

/** A dataset at the start of its import. */
export function newDataset(id: string, name: string = id): NewDataset {
  const split = { train: 0.5, validation: 0.25, test: 0.25, seed: 1, stratifyBy: null }
  return { id, name, createdAt: '2026-01-01T00:00:00.000Z', source: '/pictures', storage: 'reference', split }
}
