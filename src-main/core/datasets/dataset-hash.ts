import { createHash } from 'node:crypto'
import type { Db } from '../store/database.ts'
import { inTurns } from '../store/in-turns.ts'
import type { LabelValue } from '../../contract/datasets.ts'
import { atOnce, type Piecewise } from '../../base/piecewise.ts'
import { contentHashes } from '../store/items-repo.ts'
import { copyState, type DatasetState, labelReader, SPLITS } from '../store/dataset-state.ts'

/** Items that are read in one go. */
const ROWS = 2000

/** A version's content never changes, and a study asks once for each of its runs. */
const known = new WeakMap<DatasetState, { readonly version: number; readonly hash: string }>()

/** SHA-256 over the sorted lines `content hash, split, labels`: two datasets with the same items, split and labels have the same
 *  hash, whatever their names, order or history. */
export function datasetHash(db: Db, state: DatasetState): string {
  return knownHash(state) ?? keep(state, state.row.version, atOnce(computeHash(db, state)))
}

/** Computes it in pieces where it is not known; `datasetHash` then has it at once. */
export async function prepareDatasetHash(db: Db, state: DatasetState): Promise<void> {
  if (knownHash(state) !== undefined) return
  // The newest version may change in between.
  const still = copyState(state)
  const hash = await inTurns(db, computeHash(db, still))
  if (state.row.version === still.row.version) keep(state, still.row.version, hash)
}

function knownHash(state: DatasetState): string | undefined {
  const entry = known.get(state)
  return entry?.version === state.row.version ? entry.hash : undefined
}

function keep(state: DatasetState, version: number, hash: string): string {
  known.set(state, { version, hash })
  return hash
}

function* computeHash(db: Db, state: DatasetState): Piecewise<string> {
  const columns = [...state.row.labelColumns]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((column) => ({ name: column.name, labelAt: labelReader(state.labels, column) }))
  // By first character: so many short lists are sorted sooner than one long one, and each by itself.
  const lists = new Map<string, string[]>()
  for (let from = 1; from <= state.row.items; from += ROWS) {
    for (const [id, hash] of contentHashes(db, state.row.key, from, from + ROWS - 1)) {
      const labels = columns.map(({ name, labelAt }) => [name, inOneOrder(labelAt(id - 1))])
      const line = `${hash} ${SPLITS[state.split[id - 1] ?? 0]} ${JSON.stringify(labels)}\n`
      const list = lists.get(line[0]!)
      if (list === undefined) lists.set(line[0]!, [line])
      else list.push(line)
    }
    yield
  }
  const digest = createHash('sha256')
  for (const first of [...lists.keys()].sort()) {
    digest.update(lists.get(first)!.sort().join(''))
    yield
  }
  return digest.digest('hex')
}

/** Tags by name: the order in which they were added is history. */
function inOneOrder(label: LabelValue): LabelValue {
  return Array.isArray(label) ? [...label].sort() : label
}
