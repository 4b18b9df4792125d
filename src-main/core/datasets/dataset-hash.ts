import { createHash } from 'node:crypto'
import type { Db } from '../store/database.ts'
import { itemHashes } from '../store/items-repo.ts'
import { type DatasetState, labelText, SPLITS } from './dataset-state.ts'

/** A version's content never changes, and a study asks once for each of its runs. */
const known = new WeakMap<DatasetState, { readonly version: number; readonly hash: string }>()

/** SHA-256 over the sorted lines `content hash, split, labels`: two datasets with the same items, split and labels have the same
 *  hash, whatever their names, order or history. */
export function datasetHash(db: Db, state: DatasetState): string {
  const entry = known.get(state)
  if (entry?.version === state.row.version) return entry.hash
  const hash = computeHash(db, state)
  known.set(state, { version: state.row.version, hash })
  return hash
}

function computeHash(db: Db, state: DatasetState): string {
  const columns = [...state.row.labelColumns].sort((a, b) => (a.name < b.name ? -1 : 1))
  const lines = itemHashes(db, state.row.key).map((hash, place) => {
    const labels = columns.map((column) => [column.name, labelText(column, state.labels.get(column.id)?.[place])])
    return `${hash} ${SPLITS[state.split[place] ?? 0]} ${JSON.stringify(labels)}\n`
  })
  const digest = createHash('sha256')
  for (const line of lines.sort()) digest.update(line)
  return digest.digest('hex')
}
