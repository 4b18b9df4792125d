import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { removeFile } from '../../base/disk/remove.ts'
import { replace } from '../../base/disk/replace.ts'
import { GraftError } from '../../contract/errors.ts'
import type { Manifest, ManifestItem } from '../../contract/trainer.ts'
import { stateAt } from './change.ts'
import { copyState, type DatasetState, SPLITS } from '../store/dataset-state.ts'
import { writeAll } from '../../base/disk/write-file-atomic.ts'
import type { Workspace } from '../session/workspace.ts'
import { inTurns } from '../store/in-turns.ts'
import type { Piecewise } from '../../base/piecewise.ts'
import { type ItemRow, itemsBetween } from '../store/items-repo.ts'
import type { RunRow } from '../store/runs-repo.ts'
import { readTags } from '../store/tag-fields.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'

type Heads = Manifest['heads']

/** Items that are read or written in one go. */
const ROWS = 1000

/** Writes runs/<id>/manifest.json from the dataset as it was at the run's version, and answers its path. Written anew at each
 *  start: the content is the same, but for absolute paths once the workspace has moved. */
export async function writeRunManifest(workspace: Workspace, run: RunRow, heads: Heads): Promise<string> {
  const path = join(workspace.paths.run(run.id), 'manifest.json')
  const state = workspace.datasets.find(run.dataset_id)
  if (state === null) {
    if (existsSync(path)) return path
    throw new GraftError('E_NOT_FOUND', `Expected the run's dataset ${run.dataset_name}. Received: it was removed.`, {
      fix: 'Import the data again and start a new run.',
    })
  }
  const old = stateAt(workspace.db, state, run.dataset_version)
  await writeManifest(workspace, path, await buildManifest(workspace, old, { hash: run.dataset_hash, heads }))
  return path
}

/** Every item of a dataset as it is now, with a target per head; in pieces. */
export function buildManifest(
  workspace: Workspace,
  state: DatasetState,
  run: { hash: string; heads: Heads },
): Promise<Manifest> {
  // The newest version may change in between.
  return inTurns(workspace.db, manifestInPieces(workspace, copyState(state), run))
}

function* manifestInPieces(
  workspace: Workspace,
  state: DatasetState,
  run: { hash: string; heads: Heads },
): Piecewise<Manifest> {
  const { row } = state
  const heads = run.heads.map((head) => (head.type === 'tags' ? { ...head, tagSets: tagSetsOf(state, head) } : head))
  const items: ManifestItem[] = []
  for (let from = 1; from <= row.items; from += ROWS) {
    const rows = itemsBetween(workspace.db, row.key, from, from + ROWS - 1)
    items.push(...manifestItems(workspace, state, rows, heads))
    yield
  }
  const dataset = { id: row.id, name: row.name, version: row.version, hash: run.hash, kind: row.kind }
  return { dataset, heads, pack: packPath(workspace, state), items }
}

/** Beside its place, and renamed; in pieces. */
export async function writeManifest(workspace: Workspace, path: string, manifest: Manifest): Promise<void> {
  await inTurns(workspace.db, writeInPieces(path, manifest))
}

function* writeInPieces(path: string, { items, ...head }: Manifest): Piecewise<void> {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.tmp`
  let isWhole = false
  const file = openSync(temporary, 'w')
  try {
    writeAll(file, `${JSON.stringify(head).slice(0, -1)},"items":[`)
    for (let from = 0; from < items.length; from += ROWS) {
      const texts = items.slice(from, from + ROWS).map((item) => JSON.stringify(item))
      writeAll(file, `${from === 0 ? '' : ','}${texts.join(',')}`)
      yield
    }
    writeAll(file, ']}')
    isWhole = true
  } finally {
    closeSync(file)
    if (!isWhole) removeFile(temporary)
  }
  replace(temporary, path)
}

export function packPath(workspace: Workspace, state: DatasetState): string | null {
  return state.row.pack === null ? null : workspace.paths.fromStored(state.row.pack)
}

/** Items as the trainer sees them, with a target per head; of tags where the head lists their sets. */
export function manifestItems(
  workspace: Workspace,
  state: DatasetState,
  rows: readonly ItemRow[],
  heads: Heads,
): ManifestItem[] {
  const targets = heads.map((head) => targetOf(state, head))
  return rows.map((item) => ({
    id: item.id,
    name: item.name,
    path: item.path === null ? null : workspace.paths.fromStored(item.path),
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
  if (column?.type === 'tags') {
    const read = tagsOfHead(state, column, head)
    const places = new Map(head.tagSets?.map((set, at) => [set.join(), at]))
    return (place) => places.get(read(place)?.join() ?? UNLABELLED) ?? null
  }
  return (place) => {
    const value = values?.[place]
    if (value === undefined || Number.isNaN(value)) return null
    if (head.type === 'regression') return value
    const target = index[value] ?? -1
    return target === -1 ? null : target
  }
}

/** No set of tags is written so. */
const UNLABELLED = 'unlabelled'

/** The tags of an item as the head counts them; one that the run lacks is left out. */
function tagsOfHead(state: DatasetState, column: StoredColumn, { classes }: Heads[number]) {
  const tags = readTags(state.labels, column)
  const index = column.classes.map((name) => classes.indexOf(name))
  return (place: number): number[] | null => {
    const own = tags.at(place)?.map((tag) => index[tag]!)
    return own?.filter((tag) => tag >= 0).sort((a, b) => a - b) ?? null
  }
}

/** Every set of tags that an item has, in order of appearance. */
function tagSetsOf(state: DatasetState, head: Heads[number]): number[][] {
  const column = state.row.labelColumns.find((entry) => entry.name === head.column)
  if (column?.type !== 'tags') return []
  const read = tagsOfHead(state, column, head)
  const sets = new Map<string, number[]>()
  for (let place = 0; place < state.row.items; place++) {
    const set = read(place)
    if (set !== null && !sets.has(set.join())) sets.set(set.join(), set)
  }
  return [...sets.values()]
}
