import { GraftError } from '../../contract/errors.ts'
import type { Db } from './database.ts'
import { findDataset, listDatasets } from './datasets-repo.ts'
import { type DatasetState, loadState } from './dataset-state.ts'

/** The changeable columns of the workspace's datasets, loaded when first asked for. */
export interface DatasetCache {
  /** By id or name, or E_NOT_FOUND. */
  get(idOrName: string): DatasetState
  find(idOrName: string): DatasetState | null
  list(): DatasetState[]
  /** After a removal, or a change that the store refused. */
  forget(id: string): void
}

export function createDatasetCache(db: Db): DatasetCache {
  const states = new Map<string, DatasetState>()
  const find = (idOrName: string): DatasetState | null => {
    const known = states.get(idOrName)
    if (known !== undefined) return known
    const row = findDataset(db, idOrName)
    if (row === null) return null
    let state = states.get(row.id)
    if (state === undefined) states.set(row.id, (state = loadState(db, row)))
    return state
  }
  const list = (): DatasetState[] => listDatasets(db, 'ready').flatMap((row) => find(row.id) ?? [])
  return {
    find,
    list,
    get: (idOrName) => find(idOrName) ?? unknownDataset(db, idOrName),
    forget: (id) => void states.delete(id),
  }
}

function unknownDataset(db: Db, received: string): never {
  const names = listDatasets(db, 'ready').map((row) => row.name)
  const available = names.length === 0 ? 'none yet' : names.slice(0, 20).join(', ')
  throw new GraftError(
    'E_NOT_FOUND',
    `Expected a dataset of the workspace. Received: ${received}. Available: ${available}.`,
    {
      fix: names.length === 0 ? 'Import one first.' : 'Use one of these names, or import the data first.',
    },
  )
}
