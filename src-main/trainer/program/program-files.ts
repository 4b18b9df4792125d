import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { csvCell } from '../../base/csv-cell.ts'
import type { Preprocessing } from '../../contract/network.ts'
import type { ExportJob, ManifestItem } from '../../contract/trainer.ts'
import { openPack } from '../../data/pack.ts'
import { encodePng } from '../../data/png.ts'
import { readTable, type TableColumn } from '../../data/table-pack.ts'

type Columns = Extract<Preprocessing, { kind: 'table' }>['columns']

/** The items as a user has them: their own files, packed pictures as PNG, rows as one CSV file. Absolute paths, in the order of the items. */
export async function writeProgramFiles(
  { model: { preprocessing }, samples: { pack } }: ExportJob,
  items: readonly ManifestItem[],
  folder: string,
): Promise<string[]> {
  if (preprocessing.kind === 'table') return [await writeRows(preprocessing.columns, pack!, items, folder)]
  const pictures = pack === null ? null : openPack(pack)
  try {
    return items.map(({ path, row }, i) => {
      if (path !== null) return path
      const { width, height, channels } = pictures!.shape
      const file = join(folder, `${String(i + 1).padStart(3, '0')}.png`)
      writeFileSync(file, encodePng(pictures!.row(row!), width, height, channels))
      return file
    })
  } finally {
    pictures?.close()
  }
}

async function writeRows(
  columns: Columns,
  pack: string,
  items: readonly ManifestItem[],
  folder: string,
): Promise<string> {
  const table = await readTable(pack)
  const used = columns.map((column) => ({ column, found: table.columns.find(({ name }) => name === column.name)! }))
  const lines = items.map(({ row }) => used.map(({ column, found }) => cellText(column, found, row!)).join(','))
  const file = join(folder, 'rows.csv')
  const header = columns.map(({ name }) => csvCell(name, true)).join(',')
  writeFileSync(file, [header, ...lines, ''].join('\n'))
  return file
}

/** With the decimal mark of the training table: where a cell could be read in two ways, the program asks that. */
function cellText(column: Columns[number], { values, categories }: TableColumn, row: number): string {
  const value = values[row]!
  if (Number.isNaN(value)) return csvCell('', true)
  if (column.type === 'categorical') return csvCell(categories?.[value] ?? '', true)
  return csvCell(column.decimal === 'comma' ? String(value).replace('.', ',') : String(value), true)
}
