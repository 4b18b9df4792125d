import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { GraftError } from '../../contract/errors.ts'
import type { Manifest, ManifestItem } from '../../contract/trainer.ts'
import { stateAt } from '../datasets/change.ts'
import { type DatasetState, SPLITS } from '../datasets/dataset-state.ts'
import { writeFileAtomic } from '../files/write-file-atomic.ts'
import type { Session } from '../session.ts'
import { allItems, type ItemRow } from '../store/items-repo.ts'
import type { RunDetails } from '../store/run-details-repo.ts'
import type { RunRow } from '../store/runs-repo.ts'

type Heads = RunDetails['heads']

/** Writes runs/<id>/manifest.json from the dataset as it was at the run's version, and answers its path. Written anew at each
 *  start: the content is the same, but for absolute paths once the workspace has moved. */
export function writeManifest(session: Session, run: RunRow, heads: Heads): string {
  const path = join(session.paths.run(run.id), 'manifest.json')
  const state = session.datasets.find(run.dataset_id)
  if (state === null) {
    if (existsSync(path)) return path
    throw new GraftError('E_NOT_FOUND', `Expected the run's dataset ${run.dataset_name}. Received: it was removed.`, {
      fix: 'Import the data again and start a new run.',
    })
  }
  const old = stateAt(session.db, state, run.dataset_version)
  writeFileAtomic(path, JSON.stringify(buildManifest(session, old, { hash: run.dataset_hash, heads })))
  return path
}

/** Every item of a dataset as it now is, with a target per head. */
export function buildManifest(session: Session, state: DatasetState, run: { hash: string; heads: Heads }): Manifest {
  const { row } = state
  return {
    dataset: { id: row.id, name: row.name, version: row.version, hash: run.hash, kind: row.kind },
    heads: run.heads,
    pack: packPath(session, state),
    items: manifestItems(session, state, allItems(session.db, row.key), run.heads),
  }
}

export function packPath(session: Session, state: DatasetState): string | null {
  return state.row.pack === null ? null : session.paths.fromStored(state.row.pack)
}

/** Items as the trainer sees them, with a target per head. */
export function manifestItems(
  session: Session,
  state: DatasetState,
  rows: readonly ItemRow[],
  heads: Heads,
): ManifestItem[] {
  const targets = heads.map((head) => targetOf(state, head))
  return rows.map((item) => ({
    id: item.id,
    name: item.name,
    path: item.path === null ? null : session.paths.fromStored(item.path),
    row: item.row,
    contentHash: item.hash,
    split: SPLITS[state.split[item.id - 1] ?? 0] ?? 'train',
    targets: targets.map((target) => target(item.id - 1)),
  }))
}

/** The run's own classes count: a class added later never moves an index, one that the run lacks counts as unlabelled. */
function targetOf(state: DatasetState, head: Heads[number]): (place: number) => number | null {
  const column = state.row.labelColumns.find((entry) => entry.name === head.column)
  const values = column === undefined ? undefined : state.labels.get(column.id)
  const index = column?.classes.map((name) => head.classes.indexOf(name)) ?? []
  return (place) => {
    const value = values?.[place]
    if (value === undefined || Number.isNaN(value)) return null
    if (head.type === 'regression') return value
    const target = index[value] ?? -1
    return target === -1 ? null : target
  }
}
