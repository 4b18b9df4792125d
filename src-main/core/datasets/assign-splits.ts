import type { Split, SplitPlan } from '../../contract/datasets.ts'
import { atOnce, type Piecewise } from '../../base/piecewise.ts'
import { type SplitItem, splitInPieces } from '../../data/split.ts'
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

const PIECE = 5000

/** A split for every item, by place. */
export function assignSplits(source: SplitSource, plan: SplitPlan): Split[] {
  return atOnce(assignInPieces(source, plan))
}

/** The same for many items, piece by piece. */
export function* assignInPieces(source: SplitSource, plan: SplitPlan): Piecewise<Split[]> {
  const column = source.columns.find((entry) => entry.name === plan.stratifyBy)
  const values = column === undefined ? undefined : source.labels.get(column.id)
  const items: SplitItem[] = []
  for (const [place, hash] of source.hashes.entries()) {
    const contentHash = source.kind === 'table' ? String(place) : hash
    const label = column === undefined ? null : labelText(column, values?.[place])
    items.push({ label: label === null ? null : String(label), contentHash, given: source.given(place) })
    if (place % PIECE === PIECE - 1) yield
  }
  return yield* splitInPieces(items, plan)
}
