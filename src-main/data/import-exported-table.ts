import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { parseDecimal } from '../base/parse-decimal.ts'
import type { FeatureColumn, LabelColumn, LabelValue } from '../contract/datasets.ts'
import { GraftError } from '../contract/errors.ts'
import { MAX_VALUE } from './cells.ts'
import type { ImportTarget } from './import-sink.ts'
import type { CellValue, ExportedEntry, ExportedPlan } from './exported-plan.ts'
import { writeTable } from './table-pack.ts'

const FILE = 'table.bin'
const ROWS_BETWEEN_TURNS = 2000

interface Columns {
  readonly labelColumns: LabelColumn[]
  readonly labelsOf: (entry: ExportedEntry) => Record<string, LabelValue>
  /** Features to leave out. */
  readonly ignored: readonly string[]
}

interface Feature {
  readonly column: FeatureColumn
  readonly index: number
  /** By row. */
  readonly values: CellValue[]
}

/** Imports the rows of a table that was exported; returns how many. */
export async function importExportedTable(
  plan: ExportedPlan,
  { labelColumns, labelsOf, ignored }: Columns,
  target: ImportTarget,
): Promise<number> {
  const { sink, signal } = target
  const features = plan.document.featureColumns.flatMap(({ header: _header, ...column }, index): Feature[] =>
    ignored.includes(column.name) ? [] : [{ column, index, values: [] }],
  )
  if (features.length === 0) throw noFeatures()
  const items = plan.rows.map((entry) => {
    for (const feature of features) feature.values.push(valueOf(feature, entry, plan))
    return { entry, labels: labelsOf(entry) }
  })
  const featureColumns = features.map(asItIsNow)
  const pack = join(target.finalFolder, FILE)
  await sink.schema({ kind: 'table', pack, labelColumns, featureColumns, split: plan.document.split })
  for (const problem of plan.problems) sink.problem(problem)
  for (const [row, { entry, labels }] of items.entries()) {
    if (row % ROWS_BETWEEN_TURNS === 0) {
      await new Promise((resolve) => setImmediate(resolve))
      signal.throwIfAborted()
      sink.progress(row, items.length, 'Reading rows')
    }
    const values = features.map(({ column, values }) => [column.name, values[row] ?? null] as const)
    const contentHash = createHash('sha256').update(JSON.stringify(values)).digest('hex')
    const place = { path: null, row, thumb: null, width: null, height: null, channels: null }
    const name = `row ${row + 1}`
    await sink.item({ ...place, name, labels, contentHash, values: Object.fromEntries(values), split: entry.split })
  }
  const columns = features.map((feature, i) => ({ ...featureColumns[i]!, values: packed(feature, featureColumns[i]!) }))
  await writeTable(join(target.folder, FILE), { rows: items.length, columns })
  return items.length
}

function valueOf({ column, index }: Feature, entry: ExportedEntry, { problems }: ExportedPlan): CellValue {
  const said = entry.values[index] ?? null
  if (said === null || column.type === 'categorical') return said === null ? null : String(said)
  const value = typeof said === 'number' ? said : parseDecimal(said)
  if (Math.abs(value) <= MAX_VALUE) return value
  const message = `Expected a number in ${column.name}. Received: ${String(said).slice(0, 50)}. It counts as missing.`
  problems.push({ path: entry.place, code: 'bad-value', message, level: 'warning' })
  return null
}

/** With the categories that were added since the export. */
function asItIsNow({ column, values }: Feature): FeatureColumn {
  const seen = column.type === 'categorical' ? values.filter((value) => value !== null).map(String) : []
  return { ...column, categories: [...new Set([...column.categories, ...seen])] }
}

function packed({ values }: Feature, { type, categories }: FeatureColumn): Float64Array {
  const index = new Map(categories.map((name, i) => [name, i]))
  return Float64Array.from(values, (value) => {
    if (value === null) return Number.NaN
    return type === 'numeric' ? Number(value) : (index.get(String(value)) ?? Number.NaN)
  })
}

function noFeatures(): GraftError {
  return new GraftError('E_SOURCE_FORMAT', 'Expected a column of features. Received: all of them are left out.', {
    fix: 'Leave fewer columns out.',
  })
}
