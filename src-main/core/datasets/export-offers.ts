import { separatorFor } from '../../base/tag-cells.ts'
import { plural } from '../../base/plural.ts'
import { type DatasetExportOffer, DatasetFormat } from '../../contract/datasets.ts'
import { GraftError } from '../../contract/errors.ts'
import { MAX_COLUMNS } from '../../data/text-table.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { classFolders } from './export-document.ts'

/** Names of classes that a note lists. */
const LISTED = 3

/** What each format makes of the dataset. */
export function exportOffers(state: DatasetState): DatasetExportOffer[] {
  return DatasetFormat.options.map((format) => {
    const refusal = refusalOf(state, format)
    return { format, refusal, notes: refusal === null ? notesOf(state, format) : [] }
  })
}

/** @throws GraftError E_EXPORT_FORMAT for a format that cannot hold the dataset */
export function requireFormat(state: DatasetState, format: DatasetFormat): void {
  const refusal = refusalOf(state, format)
  if (refusal === null) return
  const others = DatasetFormat.options.filter((other) => refusalOf(state, other) === null)
  throw new GraftError(
    'E_EXPORT_FORMAT',
    `Expected a format that can hold the dataset. Received: ${format}. ${refusal} Available: ${others.join(', ')}.`,
    { fix: 'Choose one of them.' },
  )
}

function refusalOf(state: DatasetState, format: DatasetFormat): string | null {
  if (format === 'json') return null
  return format === 'csv' ? csvRefusal(state) : foldersRefusal(state)
}

function csvRefusal({ row }: DatasetState): string | null {
  const columns = row.labelColumns.length + row.featureColumns.length + 1
  if (columns > MAX_COLUMNS)
    return `A CSV is read up to ${MAX_COLUMNS} columns; with the split it would have ${columns}.`
  const texts = [...row.labelColumns, ...row.featureColumns].flatMap((column) => [
    column.name,
    ...('classes' in column ? column.classes : column.categories),
  ])
  const odd = texts.find((text) => text.includes('\0') || !text.isWellFormed())
  const full = row.labelColumns.find((column) => column.type === 'tags' && separatorFor(column.classes) === null)
  if (full !== undefined)
    return `Tags of ${full.name} contain each of ; | and , so that nothing can separate them in a cell.`
  return odd === undefined ? null : `A CSV cannot hold the text ${JSON.stringify(odd.slice(0, 60))}.`
}

function foldersRefusal({ row }: DatasetState): string | null {
  if (row.kind === 'table') return 'Rows of a table are no files that could lie in folders.'
  const [first, ...others] = row.labelColumns
  if (others.length > 0) {
    const names = row.labelColumns.map(({ name }) => name).join(', ')
    return `Folders hold one column of classes; the dataset has ${row.labelColumns.length} columns of labels (${names}).`
  }
  if (first?.type === 'tags') return `Folders hold one class an item; ${first.name} is a column of tags.`
  if (first?.type === 'regression') return `Folders hold classes; ${first.name} is a column of numbers.`
  return null
}

function notesOf(state: DatasetState, format: DatasetFormat): string[] {
  const { row } = state
  const notes: string[] = []
  if (row.kind === 'image' && row.pack !== null) {
    notes.push('The pictures are packed in the workspace: each is written as a PNG file, and nothing can be linked.')
  }
  if (format !== 'folders') return notes
  const renamed = classFolders(state).filter((one) => one.class !== one.folder)
  if (renamed.length > 0) {
    const listed = renamed
      .slice(0, LISTED)
      .map((one) => `${JSON.stringify(one.class)} as ${JSON.stringify(one.folder)}`)
    const more = renamed.length > LISTED ? ` and ${renamed.length - LISTED} more` : ''
    notes.push(
      `${plural(renamed.length, 'class has a name', 'classes have names')} that not every computer takes for a folder of its own: ${listed.join(', ')}${more}.`,
    )
  }
  const values = state.labels.get(row.labelColumns[0]?.id ?? 0)
  const unlabelled = values === undefined ? row.items : values.filter((value) => Number.isNaN(value)).length
  if (unlabelled > 0) {
    const which = plural(unlabelled, 'picture has no label', 'pictures have no label')
    notes.push(`${which}: directly in the folder of the split, in none of a class.`)
  }
  return notes
}
