import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { csvCell } from '../../base/csv-cell.ts'
import { joinTags } from '../../base/tag-cells.ts'
import type { Piecewise } from '../../base/piecewise.ts'
import type { LabelValue, Split } from '../../contract/datasets.ts'
import { GraftError } from '../../contract/errors.ts'
import {
  EXPORTED_FILE,
  type ExportedDataset,
  type ExportedItem,
  IMAGES_FOLDER,
  LABELS_FILE,
  TABLE_FILE,
} from '../../contract/exported-dataset.ts'
import { createSafePlaces } from '../files/safe-places.ts'
import { writeAll } from '../../base/disk/write-file-atomic.ts'
import type { Workspace } from '../session/workspace.ts'
import { type DatasetState, labelReader, SPLITS } from '../store/dataset-state.ts'
import { type ItemRow, itemsBetween } from '../store/items-repo.ts'

/** Items that are written in one go. */
const ROWS = 1000
/** More is not read back. */
const MAX_LIST_BYTES = 400_000_000

/** A picture of an export, and where it lies there. */
export interface ExportedPicture {
  readonly item: ItemRow
  /** Relative to the export, with `/`. */
  readonly place: string
}

interface Exported {
  readonly item: ItemRow
  readonly split: Split
  /** In the order of the columns. */
  readonly labels: readonly LabelValue[]
  readonly place: string | null
}

/** Writes everything but the pictures into `folder`, and says where those belong. */
export function* writeExportLists(
  workspace: Workspace,
  state: DatasetState,
  document: ExportedDataset,
  folder: string,
): Piecewise<ExportedPicture[]> {
  const pictures: ExportedPicture[] = []
  const places = placesOf(document)
  const list = openList(document, folder)
  let isWhole = false
  try {
    for (let from = 1; from <= state.row.items; from += ROWS) {
      for (const item of itemsBetween(workspace.db, state.row.key, from, from + ROWS - 1)) {
        const entry = entryOf(state, item, places)
        list.add(entry)
        if (entry.place !== null) pictures.push({ item, place: entry.place })
      }
      yield
    }
    isWhole = true
  } finally {
    list.close(isWhole)
  }
  return pictures
}

function entryOf(state: DatasetState, item: ItemRow, placeOf: PlaceOf): Exported {
  const at = item.id - 1
  const split = SPLITS[state.split[at] ?? 0] ?? 'train'
  const labels = state.row.labelColumns.map((column) => labelReader(state.labels, column)(at))
  return { item, split, labels, place: placeOf(item, split, labels[0] ?? null) }
}

type PlaceOf = (item: ItemRow, split: Split, label: LabelValue) => string | null

/** Where each picture belongs; rows of a table have no place. */
function placesOf({ kind, layout, pixels, folders }: ExportedDataset): PlaceOf {
  if (kind === 'table') return () => null
  const places = createSafePlaces()
  const nameOf = (item: ItemRow): string => (pixels === null ? item.name : packedName(item))
  if (layout !== 'folders') return (item) => `${IMAGES_FOLDER}/${places.file(nameOf(item))}`
  const folderOf = new Map(folders.map((one) => [one.class, one.folder]))
  for (const split of SPLITS) for (const { folder } of folders) places.reserve(`${split}/${folder}`)
  return (item, split, label) => {
    const file = nameOf(item).split('/').at(-1)
    const folder = label === null ? undefined : folderOf.get(String(label))
    return places.file([split, folder, file].filter((part) => part !== undefined).join('/'))
  }
}

/** In the order of the pack, also when sorted by name. */
function packedName({ row }: ItemRow): string {
  return `image-${String(row).padStart(8, '0')}.png`
}

interface List {
  add(entry: Exported): void
  close(isWhole: boolean): void
}

function openList(document: ExportedDataset, folder: string): List {
  if (document.layout === 'json') {
    const head = JSON.stringify(document).slice(0, -1)
    const add = openText(join(folder, EXPORTED_FILE), `${head},"items":[`)
    let separator = '\n'
    return {
      add(entry) {
        add.write(`${separator}${JSON.stringify(jsonOf(document, entry))}`)
        separator = ',\n'
      },
      close: (isWhole) => add.close(isWhole ? '\n]}\n' : ''),
    }
  }
  openText(join(folder, EXPORTED_FILE), `${JSON.stringify(document, null, 2)}\n`).close('')
  if (document.layout === 'folders') {
    for (const split of SPLITS) mkdirSync(join(folder, split), { recursive: true })
    // A class without pictures is one, too.
    for (const one of document.folders) mkdirSync(join(folder, 'train', one.folder), { recursive: true })
    return { add: () => undefined, close: () => undefined }
  }
  const isTable = document.kind === 'table'
  const headers = isTable
    ? [document.splitHeader, ...document.featureColumns.map(({ header }) => header)]
    : ['path', document.splitHeader]
  headers.push(...document.labelColumns.map(({ header }) => header))
  const first = headers.map((header) => csvCell(header, true)).join(',')
  const text = openText(join(folder, isTable ? TABLE_FILE : LABELS_FILE), `${first}\n`)
  return {
    add(entry) {
      const cells = isTable ? [entry.split, ...valuesOf(document, entry.item)] : [entry.place, entry.split]
      const labels = entry.labels.map((label, i) => cellOf(label, document.labelColumns[i]?.separator))
      text.write(`${[...cells, ...labels].map((cell) => csvCell(cell ?? '')).join(',')}\n`)
    },
    close: () => text.close(''),
  }
}

/** Tags in one cell; the cell of an item that has none of them is the separator alone, as an empty one is no label. */
function cellOf(label: LabelValue, separator: string | undefined): string | number | null {
  return Array.isArray(label) ? joinTags(label, separator ?? ';') : label
}

function jsonOf(document: ExportedDataset, { item, split, labels, place }: Exported): ExportedItem {
  const said = Object.fromEntries(document.labelColumns.map(({ name }, i) => [name, labels[i] ?? null]))
  if (place !== null) return { path: place, split, labels: said }
  const values = valuesOf(document, item)
  return {
    split,
    labels: said,
    values: Object.fromEntries(document.featureColumns.map(({ name }, i) => [name, values[i] ?? null])),
  }
}

function valuesOf({ featureColumns }: ExportedDataset, { values }: ItemRow): (string | number | null)[] {
  const known = JSON.parse(values ?? '{}') as Record<string, string | number | null>
  return featureColumns.map(({ name }) => known[name] ?? null)
}

function openText(path: string, start: string): { write(text: string): void; close(end: string): void } {
  const file = openSync(path, 'wx')
  let bytes = 0
  const write = (text: string): void => {
    const content = Buffer.from(text)
    bytes += content.length
    if (bytes > MAX_LIST_BYTES) throw tooLong()
    writeAll(file, content)
  }
  try {
    write(start)
  } catch (error) {
    closeSync(file)
    throw error
  }
  return {
    write,
    close(end) {
      try {
        if (end !== '') write(end)
      } finally {
        closeSync(file)
      }
    },
  }
}

function tooLong(): GraftError {
  return new GraftError(
    'E_EXPORT_FORMAT',
    `Expected a list of at most ${MAX_LIST_BYTES / 1e6} MB, which can be read back. Received: more.`,
    { fix: 'Export pictures as folders; a table this long cannot be exported.' },
  )
}
