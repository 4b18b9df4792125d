import type { Dataset, Item } from '../../contract/datasets.ts'
import type { Db } from '../store/database.ts'
import { topVersion } from '../store/changes-repo.ts'
import { getItems, type ItemRow } from '../store/items-repo.ts'
import { countProblems } from '../store/problems-repo.ts'
import { type DatasetState, labelReader, SPLITS } from '../store/dataset-state.ts'
import { sizesOf } from './item-facts.ts'

export function toDataset(db: Db, state: DatasetState): Dataset {
  const { row } = state
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    version: row.version,
    items: row.items,
    createdAt: row.createdAt,
    source: row.source,
    storage: row.storage,
    labelColumns: row.labelColumns.map(({ name, type, classes }) => ({ name, type, classes: [...classes] })),
    featureColumns: [...row.featureColumns],
    imageSize: imageSize(db, state),
    split: row.split,
    splitCounts: countSplits(state),
    problems: countProblems(db, row.key),
    canUndo: topVersion(db, row.key, 'undo') !== null,
    canRedo: topVersion(db, row.key, 'redo') !== null,
  }
}

export function imageSize(db: Db, state: DatasetState): Dataset['imageSize'] {
  const [most] = state.row.kind === 'image' ? sizesOf(db, state) : []
  return most === undefined ? null : { width: most.width, height: most.height }
}

/** Every plan and every run of a study asks for them. */
const counted = new WeakMap<DatasetState, { readonly version: number; readonly counts: Dataset['splitCounts'] }>()

export function countSplits(state: DatasetState): Dataset['splitCounts'] {
  const known = counted.get(state)
  if (known?.version === state.row.version) return known.counts
  const [train, validation, test] = [0, 1, 2].map((split) => count(state.split, split)) as [number, number, number]
  const counts = { train, validation, test }
  counted.set(state, { version: state.row.version, counts })
  return counts
}

function count(splits: Float64Array, wanted: number): number {
  let found = 0
  for (const split of splits) if (split === wanted) found += 1
  return found
}

export function toItems(db: Db, state: DatasetState, ids: readonly number[]): Item[] {
  return getItems(db, state.row.key, ids).map((row) => toItem(state, row))
}

function toItem(state: DatasetState, row: ItemRow): Item {
  const place = row.id - 1
  const labels = state.row.labelColumns.map((column) => [column.name, labelReader(state.labels, column)(place)])
  return {
    id: row.id,
    name: row.name,
    split: SPLITS[state.split[place] ?? 0] ?? 'train',
    labels: Object.fromEntries(labels) as Item['labels'],
    width: row.width,
    height: row.height,
    channels: row.channels,
    contentHash: row.hash,
    duplicateOf: row.duplicateOf,
    values: row.values === null ? null : (JSON.parse(row.values) as Item['values']),
  }
}
