import { atOnce, type Piecewise } from '../../base/piecewise.ts'
import { addToMoments } from '../../base/statistics/moments.ts'
import type { Db } from '../store/database.ts'
import { inTurns } from '../store/in-turns.ts'
import { featureValues } from '../store/items-repo.ts'
import type { FeatureFacts } from '../store/kept-facts.ts'
import type { DatasetState } from '../store/dataset-state.ts'

/** Rows that are parsed in one go. */
const ROWS = 1000
/** Splits whose facts are kept: that of the newest version, and of older ones that runs are pinned to. */
const KEPT = 4

/** Computes them in pieces where they are not known; `featureFacts` then has them at once. */
export async function prepareFeatureFacts(db: Db, state: DatasetState): Promise<void> {
  if (state.row.kind !== 'table') return
  const known = find(state)
  if (known !== undefined) return void (await known.facts)
  const split = state.split.slice()
  const underWay = { split, facts: inTurns(db, collect(db, state, split)) }
  keep(state, underWay)
  try {
    keep(state, { split, facts: await underWay.facts })
  } finally {
    const { itemFacts } = state
    itemFacts.features = itemFacts.features.filter((entry) => entry !== underWay)
  }
}

export function featureFacts(db: Db, state: DatasetState): FeatureFacts {
  const known = find(state)?.facts
  if (known !== undefined && !(known instanceof Promise)) return known
  const split = state.split.slice()
  const facts = atOnce(collect(db, state, split))
  keep(state, { split, facts })
  return facts
}

function keep({ itemFacts }: DatasetState, entry: DatasetState['itemFacts']['features'][number]): void {
  itemFacts.features = [entry, ...itemFacts.features].slice(0, KEPT)
}

function find({ itemFacts, split }: DatasetState) {
  return itemFacts.features.find((entry) => entry.split.every((value, place) => value === split[place]))
}

function* collect(db: Db, { row }: DatasetState, split: Float64Array): Piecewise<FeatureFacts> {
  const numeric = row.featureColumns.filter((column) => column.type === 'numeric')
  const sums = new Map(numeric.map(({ name }) => [name, { count: 0, mean: 0, spread: 0 }]))
  const missing = new Map<string, number>()
  for (let from = 1; from <= row.items; from += ROWS) {
    for (const [id, text] of featureValues(db, row.key, from, from + ROWS - 1)) {
      if (split[id - 1] !== 0 || text === null) continue
      const values = JSON.parse(text) as Record<string, unknown>
      for (const [name, sum] of sums) {
        const value = values[name]
        if (typeof value === 'number') addToMoments(sum, value)
      }
      for (const { name } of row.featureColumns) {
        const value = values[name]
        if (value === null || value === undefined || value === '') missing.set(name, (missing.get(name) ?? 0) + 1)
      }
    }
    yield
  }
  const statistics = [...sums].map(([name, { count, mean, spread }]) => {
    return [name, { mean, std: count === 0 ? 1 : Math.sqrt(spread / count) }] as const
  })
  return { columnStatistics: Object.fromEntries(statistics), missingValues: Object.fromEntries(missing) }
}
