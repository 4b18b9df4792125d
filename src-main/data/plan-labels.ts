import type { ImportProblem } from '../contract/datasets.ts'
import { type AskedLabels, chooseLabels, labelValue } from './choose-columns.ts'
import type { LabelSource } from './label-source.ts'
import { columnNotes, labelNotes } from './column-notes.ts'
import { type ColumnFacts, describeColumns, suggestImageLabels } from './columns.ts'
import { createFileMatcher } from './match-files.ts'
import { type ImagePlan, type PlannedImage, splitOfName } from './plan-folder.ts'
import type { FoundFile } from './scan-folder.ts'
import type { TextTable } from './text-table.ts'

/** A label file that names the images beside it. */
export interface LabelFile {
  readonly file: FoundFile
  readonly table: TextTable
  readonly columns: readonly ColumnFacts[]
  readonly pathColumn: ColumnFacts
  readonly suggested: readonly string[]
  /** Index of the image that each row means; null: none. */
  readonly matches: readonly (number | null)[]
  /** Paths of the images that a text may mean, but for case or Unicode form. */
  readonly alike: (text: string) => readonly string[]
  /** How many images it names. */
  readonly matched: number
}

/** A list that names fewer of the images than this is about something else. */
const LEAST_SHARE = 0.2

/** Looks for the column that names the images; null when none does. */
export function findPathColumn(
  file: FoundFile,
  table: TextTable,
  images: readonly FoundFile[],
  root: string,
  missing?: readonly string[],
): LabelFile | null {
  const matcher = createFileMatcher(images, root)
  const columns = describeColumns(table, missing)
  let best: LabelFile | null = null
  for (const pathColumn of columns) {
    if (pathColumn.isSplit || pathColumn.distinct < Math.min(2, images.length)) continue
    const matches = table.rows.map((row) => matcher.match(row[pathColumn.index] ?? ''))
    const matched = new Set(matches.filter((match) => match !== null)).size
    if (matched <= (best?.matched ?? 0)) continue
    const suggested = suggestImageLabels(columns, pathColumn, table.rows.length)
    const alike = (text: string): string[] => matcher.alike(text).map((i) => images[i]!.path)
    best = { file, table, columns, pathColumn, suggested, matches, alike, matched }
  }
  const least = Math.max(1, Math.ceil(Math.min(images.length, table.rows.length) * LEAST_SHARE))
  return best !== null && best.matched >= least ? best : null
}

/** Gives the images of a plan the labels (and the split) of a label file.
 *  @throws GraftError E_DATASET_LABEL */
export function planLabels(plan: ImagePlan, labels: LabelFile, asked: AskedLabels): ImagePlan {
  const { table, columns, matches } = labels
  const sources = chooseLabels(table, columns, asked, labels.suggested)
  const split = columns.find((column) => column.isSplit) ?? null
  const problems: ImportProblem[] = [
    ...plan.problems.filter(({ code }) => code !== 'empty-class' && code !== 'nested-class'),
    ...table.problems,
    ...sources.flatMap(({ facts }) => columnNotes(facts, table)),
    ...labelNotes(sources, asked.labelColumns),
  ]
  const rowOf = rowsByImage(labels, problems)
  const images = plan.images.map((image, i): PlannedImage => {
    const row = table.rows[rowOf.get(i) ?? -1]
    if (row === undefined) {
      const message = `${labels.file.path} says nothing about it; imported without label.`
      problems.push({ path: image.path, code: 'missing-label', message, level: 'warning' })
    } else if (sources.some((source) => labelValue(row, source) === null)) {
      const message = `A label is missing or cannot be read (${table.places[rowOf.get(i) ?? -1]}).`
      problems.push({ path: image.path, code: 'missing-label', message, level: 'warning' })
    }
    const given = row === undefined || split === null ? null : splitOfName((row[split.index] ?? '').trim())
    return { ...image, labels: labelsOf(row, sources), split: given ?? image.split }
  })
  reportMissing(labels, matches, problems)
  const labelColumns = sources.map((source) => source.column)
  return { ...plan, layout: 'folder-with-labels', images, labelColumns, problems }
}

function labelsOf(row: readonly string[] | undefined, sources: readonly LabelSource[]): PlannedImage['labels'] {
  return Object.fromEntries(
    sources.map((source) => [source.column.name, row === undefined ? null : labelValue(row, source)]),
  )
}

/** The first row about an image counts. */
function rowsByImage(labels: LabelFile, problems: ImportProblem[]): Map<number, number> {
  const rows = new Map<number, number>()
  for (const [row, image] of labels.matches.entries()) {
    if (image === null) continue
    if (!rows.has(image)) rows.set(image, row)
    else {
      const name = labels.table.rows[row]?.[labels.pathColumn.index] ?? ''
      const message = `${name} is listed more than once; the first row counts.`
      problems.push({ path: labels.table.places[row] ?? '', code: 'duplicate-row', message, level: 'warning' })
    }
  }
  return rows
}

function reportMissing(labels: LabelFile, matches: LabelFile['matches'], problems: ImportProblem[]): void {
  for (const [row, image] of matches.entries()) {
    if (image !== null) continue
    const name = labels.table.rows[row]?.[labels.pathColumn.index] ?? ''
    const alike = labels
      .alike(name)
      .slice(0, 3)
      .map((path) => JSON.stringify(path))
    const hint =
      alike.length === 0 ? '' : ` It may mean ${alike.join(' or ')} (only folder, case or Unicode form differ).`
    const message = `No image of the folder is called ${JSON.stringify(name.slice(0, 200))}.${hint}`
    problems.push({ path: labels.table.places[row] ?? '', code: 'missing-file', message, level: 'error' })
  }
}
