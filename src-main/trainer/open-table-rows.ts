import { GraftError } from '../contract/errors.ts'
import { readTable, type Table, type TableColumn } from '../data/table-pack.ts'
import type { TrainingData } from '../learning/engine/data/training-data.ts'
import { type ReadCell, tableInputs, type TablePreprocessing, tableWidth } from './table-inputs.ts'

interface RowItem {
  readonly row: number | null
}

/** Rows of a table dataset as samples, ready for the network. */
export async function openTableRows(
  pack: string | null,
  items: readonly RowItem[],
  preprocessing: TablePreprocessing,
): Promise<Pick<TrainingData, 'samples' | 'copies' | 'preprocessingKey'>> {
  const load = await tableLoader(pack, items, preprocessing)
  const width = tableWidth(preprocessing)
  const all = items.map((_, row) => row)
  return {
    samples: {
      shape: [width],
      layer: null,
      storage: 'float32',
      normalisation: null,
      load,
      changes: null,
      held: { values: load(all), count: all.length, place: (row) => row, rows: all },
    },
    copies: null,
    preprocessingKey: JSON.stringify(preprocessing),
  }
}

/** Reads rows of a table dataset as network inputs, one after the other; throws at a row that cannot be one. */
export async function tableLoader(
  pack: string | null,
  items: readonly RowItem[],
  preprocessing: TablePreprocessing,
): Promise<(rows: readonly number[]) => Float32Array> {
  if (pack === null) throw new GraftError('E_DATASET_UNUSABLE', 'Expected the dataset’s table. It has none.')
  const write = tableInputs(preprocessing, readerOf(await readTable(pack)))
  const width = tableWidth(preprocessing)
  return (rows) => {
    const values = new Float32Array(rows.length * width)
    rows.forEach((row, i) => write(items[row]!.row ?? -1, values, i * width))
    return values
  }
}

function readerOf(table: Table): (name: string) => ReadCell | null {
  const byName = new Map(table.columns.map((column) => [column.name, column]))
  return (name) => {
    const column = byName.get(name)
    return column === undefined ? null : (row) => cellOf(column, row)
  }
}

function cellOf(column: TableColumn, row: number): number | string | null {
  const value = column.values[row]
  if (value === undefined || Number.isNaN(value)) return null
  return column.type === 'numeric' ? value : (column.categories[value] ?? null)
}
