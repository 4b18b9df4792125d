import type { DatasetStatistics } from '../../contract/datasets.ts'
import type { Db } from '../store/database.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { readTags } from '../store/tag-fields.ts'
import { channelsOf, duplicatesOf, sizesOf } from './item-facts.ts'

const BINS = 20
type ColumnStatistics = DatasetStatistics['columns'][number]

export function datasetStatistics(db: Db, state: DatasetState): DatasetStatistics {
  const channels = channelsOf(db, state).map((entry) => [String(entry.channels), entry.count])
  return {
    columns: state.row.labelColumns.map((column) => columnStatistics(state, column)),
    duplicates: duplicatesOf(db, state),
    sizes: state.row.kind === 'image' ? sizesOf(db, state) : [],
    channels: Object.fromEntries(channels) as Record<string, number>,
  }
}

function columnStatistics(state: DatasetState, column: StoredColumn): ColumnStatistics {
  const values = state.labels.get(column.id) ?? new Float64Array(state.row.items).fill(Number.NaN)
  const unlabelled = values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0)
  if (column.type === 'regression') {
    return {
      name: column.name,
      classes: [],
      unlabelled,
      histogram: histogram(values.filter((value) => !Number.isNaN(value))),
    }
  }
  if (column.type === 'tags') return { ...tagStatistics(state, column), unlabelled }
  const counts = column.classes.map(() => [0, 0, 0])
  values.forEach((value, place) => {
    const row = counts[value]
    const split = state.split[place] ?? 0
    if (row !== undefined) row[split] = (row[split] ?? 0) + 1
  })
  return { name: column.name, classes: classRows(column, counts), unlabelled, histogram: [] }
}

function classRows({ classes }: StoredColumn, counts: readonly number[][]): ColumnStatistics['classes'] {
  return classes.map((name, index) => {
    const [train = 0, validation = 0, test = 0] = counts[index] ?? []
    return { name, total: train + validation + test, train, validation, test }
  })
}

function tagStatistics(state: DatasetState, column: StoredColumn): Omit<ColumnStatistics, 'unlabelled'> {
  const tags = readTags(state.labels, column)
  const counts = column.classes.map(() => [0, 0, 0])
  const perItem: number[] = []
  for (let place = 0; place < state.row.items; place++) {
    const own = tags.at(place)
    if (own === null) continue
    while (perItem.length <= own.length) perItem.push(0)
    perItem[own.length]! += 1
    for (const tag of own) counts[tag]![state.split[place] ?? 0]! += 1
  }
  return { name: column.name, classes: classRows(column, counts), perItem, histogram: [] }
}

/** Equally wide bins from the smallest to the largest value; one bin when all are equal. */
export function histogram(values: Float64Array): ColumnStatistics['histogram'] {
  if (values.length === 0) return []
  const low = values.reduce((a, b) => Math.min(a, b), Infinity)
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity)
  const width = (high - low) / BINS
  // Also where values lie too close together to be told apart in twenty steps.
  if (width === 0) return [{ from: low, to: high, count: values.length }]
  const counts = new Array<number>(BINS).fill(0)
  for (const value of values) {
    const bin = Math.min(BINS - 1, Math.floor((value - low) / width))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return counts.map((count, bin) => ({
    from: low + bin * width,
    to: bin === BINS - 1 ? high : low + (bin + 1) * width,
    count,
  }))
}
