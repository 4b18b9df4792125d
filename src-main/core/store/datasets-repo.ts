import type { FeatureColumn, LabelColumn, SplitPlan } from '../../contract/datasets.ts'
import type { Db, SqlValue } from './database.ts'

/** A label column as stored: `id` names its values for good, whatever it is called. */
export interface StoredColumn extends LabelColumn {
  readonly id: number
  /** Of more than 32 tags: further names of values (tag-fields.ts). */
  readonly more?: readonly number[]
}

export interface DatasetRow {
  readonly key: number
  readonly id: string
  readonly name: string
  readonly kind: 'image' | 'table'
  readonly state: 'importing' | 'ready'
  readonly version: number
  readonly items: number
  readonly createdAt: string
  readonly source: string
  readonly storage: 'reference' | 'copy'
  /** Relative to the workspace. */
  readonly pack: string | null
  readonly labelColumns: readonly StoredColumn[]
  readonly featureColumns: readonly FeatureColumn[]
  readonly split: SplitPlan
}

interface RawDataset {
  key: number
  id: string
  name: string
  kind: 'image' | 'table'
  state: 'importing' | 'ready'
  version: number
  items: number
  created_at: string
  source: string
  storage: 'reference' | 'copy'
  pack: string | null
  label_columns: string
  feature_columns: string
  split: string
}

function fromRaw(raw: RawDataset): DatasetRow {
  return {
    key: raw.key,
    id: raw.id,
    name: raw.name,
    kind: raw.kind,
    state: raw.state,
    version: raw.version,
    items: raw.items,
    createdAt: raw.created_at,
    source: raw.source,
    storage: raw.storage,
    pack: raw.pack,
    labelColumns: JSON.parse(raw.label_columns) as StoredColumn[],
    featureColumns: JSON.parse(raw.feature_columns) as FeatureColumn[],
    split: JSON.parse(raw.split) as SplitPlan,
  }
}

export type NewDataset = Pick<DatasetRow, 'id' | 'name' | 'createdAt' | 'source' | 'storage' | 'split'>

export function insertDataset(db: Db, row: NewDataset): number {
  return db.insert(
    `INSERT INTO datasets (id, name, kind, state, version, created_at, source, storage, split)
     VALUES (?, ?, 'image', 'importing', 1, ?, ?, ?, ?)`,
    row.id,
    row.name,
    row.createdAt,
    row.source,
    row.storage,
    JSON.stringify(row.split),
  )
}

export function listDatasets(db: Db, state: 'importing' | 'ready'): DatasetRow[] {
  return db.all<RawDataset>('SELECT * FROM datasets WHERE state = ? ORDER BY key', state).map(fromRaw)
}

/** A ready dataset by id or by name. */
export function findDataset(db: Db, idOrName: string): DatasetRow | null {
  const raw = db.get<RawDataset>(
    "SELECT * FROM datasets WHERE state = 'ready' AND (id = ? OR name = ?) ORDER BY id = ? DESC, key LIMIT 1",
    idOrName,
    idOrName,
    idOrName,
  )
  return raw === undefined ? null : fromRaw(raw)
}

const COLUMNS = {
  name: 'name',
  kind: 'kind',
  state: 'state',
  version: 'version',
  items: 'items',
  pack: 'pack',
  labelColumns: 'label_columns',
  featureColumns: 'feature_columns',
  split: 'split',
} as const

export type DatasetChanges = { [K in keyof typeof COLUMNS]?: DatasetRow[K] }

export function updateDataset(db: Db, key: number, changes: DatasetChanges): void {
  const names = Object.keys(changes) as (keyof typeof COLUMNS)[]
  const values = names.map((name): SqlValue => {
    const value = changes[name] ?? null
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
  })
  const sets = names.map((name) => `${COLUMNS[name]} = ?`).join(', ')
  db.run(`UPDATE datasets SET ${sets} WHERE key = ?`, ...values, key)
}

export function deleteDataset(db: Db, key: number): void {
  db.run('DELETE FROM datasets WHERE key = ?', key)
}
