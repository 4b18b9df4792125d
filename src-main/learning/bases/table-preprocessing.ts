import type { Preprocessing } from '../../contract/network.ts'
import type { DatasetFacts } from '../context.ts'

type TablePreprocessing = Preprocessing & { kind: 'table' }

/** How a dataset's columns become the input: numbers standardised with the train split's mean and standard deviation
 *  (a constant column keeps std 1), categories one-hot. */
export function tablePreprocessing(dataset: DatasetFacts): TablePreprocessing {
  const columns = dataset.featureColumns.map((column): TablePreprocessing['columns'][number] => {
    if (column.type === 'categorical') return { name: column.name, type: 'categorical', categories: column.categories }
    const { mean, std } = dataset.columnStatistics[column.name] ?? { mean: 0, std: 1 }
    const isUsable = Number.isFinite(mean) && Number.isFinite(std) && std > 0
    return {
      name: column.name,
      type: 'numeric',
      mean: Number.isFinite(mean) ? mean : 0,
      std: isUsable ? std : 1,
      ...(column.decimal === undefined ? {} : { decimal: column.decimal }),
      ...(column.missing === undefined ? {} : { missing: column.missing }),
    }
  })
  return { kind: 'table', columns }
}

/** Values a row gives to the network. */
export function tableWidth(preprocessing: TablePreprocessing): number {
  return preprocessing.columns.reduce(
    (total, column) => total + (column.type === 'numeric' ? 1 : column.categories.length),
    0,
  )
}
