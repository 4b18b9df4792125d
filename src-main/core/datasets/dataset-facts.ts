import type { DatasetFacts, LabelRelation } from '../../learning/catalog.ts'
import type { Session } from '../session.ts'
import { readPixelStatistics } from '../../data/read-pixel-statistics.ts'
import { allItems, itemChannels, itemHashes, itemSizes } from '../store/items-repo.ts'
import type { DatasetState } from './dataset-state.ts'
import { countSplits } from './dataset-view.ts'
import { missingValues } from './missing-values.ts'
import { labelRelations, labelSummaries } from './label-facts.ts'

/** Facts of a version are the same for good, and asked for at every click on the bench. */
const known = new WeakMap<DatasetState, { version: number; facts: DatasetFacts }>()

export function datasetFacts(session: Session, state: DatasetState): DatasetFacts {
  const entry = known.get(state)
  if (entry?.version === state.row.version && entry.facts.name === state.row.name) return entry.facts
  const facts = collect(session, state)
  known.set(state, { version: state.row.version, facts })
  return facts
}

function collect(session: Session, state: DatasetState): DatasetFacts {
  const { row } = state
  const isImage = row.kind === 'image'
  const channels = isImage ? itemChannels(session.db, row.key) : []
  const [size] = isImage ? itemSizes(session.db, row.key) : []
  let hashes: ReadonlySet<string> | null = null
  let relations: readonly LabelRelation[] | null = null
  return {
    name: row.name,
    kind: row.kind,
    splitCounts: countSplits(state),
    labelColumns: row.labelColumns.map(({ name, type, classes }) => ({ name, type, classes: [...classes] })),
    featureColumns: row.featureColumns,
    channels: isImage ? (channels.length > 0 && channels.every((entry) => entry.channels === 1) ? 1 : 3) : null,
    imageSize: size === undefined ? null : { width: size.width, height: size.height },
    columnStatistics: isImage ? {} : columnStatistics(session, state),
    missingValues: isImage ? {} : missingValues(session, state),
    pixelStatistics: isImage ? readPixelStatistics(session.paths.dataset(row.id)) : null,
    classCounts: classCounts(state),
    labelSummaries: labelSummaries(state),
    labelRelations: () => (relations ??= labelRelations(state)),
    contentHashes: () => (hashes ??= new Set(itemHashes(session.db, row.key))),
  }
}

/** Labelled training items of each class, per classification column. */
function classCounts({ row, labels, split }: DatasetState): Record<string, number[]> {
  const columns = row.labelColumns.filter((column) => column.type === 'classification')
  return Object.fromEntries(
    columns.map((column) => {
      const counts = new Array<number>(column.classes.length).fill(0)
      labels.get(column.id)?.forEach((value, place) => {
        if (split[place] === 0 && !Number.isNaN(value)) counts[value] = (counts[value] ?? 0) + 1
      })
      return [column.name, counts]
    }),
  )
}

/** Mean and standard deviation (of the population) of numeric columns over the train split; missing values are left out. */
function columnStatistics(session: Session, state: DatasetState): Record<string, { mean: number; std: number }> {
  const names = state.row.featureColumns.filter((column) => column.type === 'numeric').map((column) => column.name)
  const sums = new Map(names.map((name) => [name, { count: 0, mean: 0, squares: 0 }]))
  for (const item of allItems(session.db, state.row.key)) {
    if (state.split[item.id - 1] !== 0 || item.values === null) continue
    const values = JSON.parse(item.values) as Record<string, unknown>
    for (const [name, sum] of sums) {
      const value = values[name]
      if (typeof value !== 'number') continue
      // Welford's update: no cancellation for columns far from 0.
      sum.count += 1
      const distance = value - sum.mean
      sum.mean += distance / sum.count
      sum.squares += distance * (value - sum.mean)
    }
  }
  return Object.fromEntries(
    [...sums].map(([name, { count, mean, squares }]) => [
      name,
      { mean, std: count === 0 ? 1 : Math.sqrt(squares / count) },
    ]),
  )
}
