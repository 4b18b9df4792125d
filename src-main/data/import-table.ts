import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { GraftError } from '../contract/errors.ts'
import type { ImportJob } from '../contract/trainer.ts'
import { chooseFeatures, chooseLabels, type FeatureSource, labelValue } from './choose-columns.ts'
import type { LabelSource } from './label-source.ts'
import { isBeyondNumbers, parseNumber } from './cells.ts'
import { columnNotes, labelNotes } from './column-notes.ts'
import { cellText, type ColumnFacts, describeColumns, suggestTableLabels } from './columns.ts'
import type { ImportSink, ImportTarget } from './import-sink.ts'
import { splitOfName } from './plan-folder.ts'
import type { TableSource } from './plan-source.ts'
import { readCsv } from './read-csv.ts'
import { writeTable } from './table-pack.ts'
import type { TextTable } from './text-table.ts'

const FILE = 'table.bin'
const ROWS_BETWEEN_TURNS = 2000

/** Imports a CSV or TSV table: one item per row, features packed into `table.bin`; returns how many rows. */
export async function importTable(
  plan: TableSource,
  options: Pick<
    ImportJob['options'],
    'labelColumns' | 'tagColumns' | 'tagSeparator' | 'ignoreColumns' | 'missing' | 'header'
  >,
  target: ImportTarget,
): Promise<number> {
  const { sink, signal } = target
  sink.progress(0, null, 'Reading the table')
  const table = await readCsv(plan.path, { signal, header: options.header })
  const columns = describeColumns(table, options.missing)
  const problems = [...plan.problems, ...table.problems, ...columns.flatMap((column) => columnNotes(column, table))]
  const labels = chooseLabels(table, columns, options, suggestTableLabels(columns))
  problems.push(...labelNotes(labels, options.labelColumns))
  const features = chooseFeatures(table, columns, labels, options.ignoreColumns, problems)
  if (features.length === 0) throw noFeatures(columns)
  await sink.schema({
    kind: 'table',
    pack: join(target.finalFolder, FILE),
    labelColumns: labels.map((label) => label.column),
    featureColumns: features.map((feature) => feature.column),
  })
  for (const problem of problems) sink.problem(problem)
  await addRows(table, labels, features, columns.find((column) => column.isSplit) ?? null, target)
  await writeTable(join(target.folder, FILE), packed(table, features))
  return table.rows.length
}

async function addRows(
  table: TextTable,
  labels: readonly LabelSource[],
  features: readonly FeatureSource[],
  split: ColumnFacts | null,
  { sink, signal }: ImportTarget,
): Promise<void> {
  const total = table.rows.length
  for (const [i, row] of table.rows.entries()) {
    if (i % ROWS_BETWEEN_TURNS === 0) {
      await new Promise((resolve) => setImmediate(resolve))
      signal.throwIfAborted()
      sink.progress(i, total, 'Reading rows')
    }
    const place = table.places[i] ?? ''
    reportRow(row, place, labels, features, sink)
    const values = features.map((feature) => [feature.column.name, featureValue(row, feature)] as const)
    await sink.item({
      name: `row ${i + 1}`,
      labels: Object.fromEntries(labels.map((label) => [label.column.name, labelValue(row, label)])),
      width: null,
      height: null,
      channels: null,
      contentHash: createHash('sha256').update(JSON.stringify(values)).digest('hex'),
      values: Object.fromEntries(values),
      path: null,
      row: i,
      thumb: null,
      split: split === null ? null : splitOfName((row[split.index] ?? '').trim()),
    })
  }
  sink.progress(total, total, 'Reading rows')
}

function featureValue(row: readonly string[], { column, facts }: FeatureSource): string | number | null {
  const text = cellText(row, facts.index)
  if (facts.isMissing(text)) return null
  if (column.type === 'categorical') return text.slice(0, 200)
  const value = parseNumber(text, facts.decimal)
  return Number.isNaN(value) ? null : value
}

function reportRow(
  row: readonly string[],
  path: string,
  labels: readonly LabelSource[],
  features: readonly FeatureSource[],
  sink: ImportSink,
): void {
  for (const label of labels) {
    if (labelValue(row, label) !== null) continue
    const received = (row[label.facts.index] ?? '').trim()
    if (label.tags !== undefined) {
      sink.problem({
        path,
        code: 'missing-label',
        message: `${label.tags.missing}; imported without label.`,
        level: 'warning',
      })
      continue
    }
    const what = label.facts.isMissing(received)
      ? `There is no ${label.column.name}`
      : `Expected a number in ${label.column.name}`
    sink.problem({ path, code: 'missing-label', message: `${what}; imported without label.`, level: 'warning' })
  }
  for (const { column, facts } of features) {
    const text = (row[facts.index] ?? '').trim()
    if (column.type !== 'numeric' || facts.isMissing(text) || !Number.isNaN(parseNumber(text, facts.decimal))) continue
    const expected = isBeyondNumbers(text) ? 'a number that 32 bits hold (up to 3.4e38)' : 'a number'
    const message = `Expected ${expected} in ${column.name}. Received: ${text.slice(0, 50)}. It counts as missing.`
    sink.problem({ path, code: 'bad-value', message, level: 'warning' })
  }
}

function packed(table: TextTable, features: readonly FeatureSource[]) {
  const columns = features.map((feature) => {
    const index = new Map(feature.column.categories.map((name, i) => [name, i]))
    const values = Float64Array.from(table.rows, (row) => {
      const value = featureValue(row, feature)
      if (value === null) return Number.NaN
      return typeof value === 'number' ? value : (index.get(value) ?? Number.NaN)
    })
    return { ...feature.column, values }
  })
  return { rows: table.rows.length, columns }
}

function noFeatures(columns: readonly ColumnFacts[]): GraftError {
  const available = columns
    .map((column) => `${column.name} (${column.type})`)
    .slice(0, 40)
    .join(', ')
  return new GraftError('E_SOURCE_FORMAT', `Expected a column of features beside the label. Received: ${available}.`, {
    fix: 'Choose another label column, or leave fewer columns out.',
  })
}
