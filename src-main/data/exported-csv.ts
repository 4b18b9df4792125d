import { join } from 'node:path'
import type { ImportProblem } from '../contract/datasets.ts'
import { GraftError } from '../contract/errors.ts'
import { type ExportedDataset, LABELS_FILE, TABLE_FILE } from '../contract/exported-dataset.ts'
import type { ExportedEntry } from './exported-plan.ts'
import { splitOfName } from './plan-folder.ts'
import { readCsv } from './read-csv.ts'

/** The rows of an exported list. An empty cell is no value, and every other text is one, whatever it looks like.
 *  @throws GraftError E_SOURCE_FORMAT when a column is missing */
export async function readExportedCsv(
  document: ExportedDataset,
  folder: string,
  problems: ImportProblem[],
  signal: AbortSignal | undefined,
): Promise<ExportedEntry[]> {
  const file = document.kind === 'table' ? TABLE_FILE : LABELS_FILE
  const table = await readCsv(join(folder, file), { signal, header: true })
  for (const problem of table.problems) problems.push(problem)
  const at = (header: string): number => {
    const index = table.columns.indexOf(header)
    if (index >= 0) return index
    throw new GraftError('E_SOURCE_FORMAT', `Expected a column ${JSON.stringify(header)} in ${file}. Received: none.`, {
      fix: 'Give the column its name back, or export the dataset again.',
    })
  }
  const path = document.kind === 'table' ? null : at('path')
  const split = at(document.splitHeader)
  const labels = document.labelColumns.map(({ header }) => at(header))
  const values = document.featureColumns.map(({ header }) => at(header))
  const textAt = (row: readonly string[], index: number): string | null => row[index] || null
  return table.rows.map((row, i): ExportedEntry => ({
    path: path === null ? null : (row[path] ?? ''),
    place: table.places[i] ?? '',
    split: splitOfName(row[split] ?? ''),
    labels: labels.map((index) => textAt(row, index)),
    values: values.map((index) => textAt(row, index)),
  }))
}
