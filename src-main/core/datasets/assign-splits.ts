import type { Split, SplitPlan } from '../../contract/datasets.ts'
import { splitItems } from '../../data/split.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import { labelText } from '../store/dataset-state.ts'

export interface SplitSource {
  /** Equal images are copies of one; equal rows of a table are several observations. */
  readonly kind: 'image' | 'table'
  readonly hashes: readonly string[]
  readonly columns: readonly StoredColumn[]
  /** By id of the column. */
  readonly labels: ReadonlyMap<number, Float64Array>
  /** What the source says; null: free to choose. */
  readonly given: (place: number) => Split | null
}

/** A split for every item, by place. */
export function assignSplits(source: SplitSource, plan: SplitPlan): Split[] {
  const column = source.columns.find((entry) => entry.name === plan.stratifyBy)
  const values = column === undefined ? undefined : source.labels.get(column.id)
  const items = source.hashes.map((hash, place) => {
    const contentHash = source.kind === 'table' ? String(place) : hash
    const label = column === undefined ? null : labelText(column, values?.[place])
    return { label: label === null ? null : String(label), contentHash, given: source.given(place) }
  })
  return splitItems(items, plan)
}
