import type { Split, SplitPlan } from '../../contract/datasets.ts'
import { atOnce, type Piecewise } from '../../base/piecewise.ts'
import { type SplitItem, splitInPieces } from '../../data/split.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import { labelReader } from '../store/dataset-state.ts'
import { readTags } from '../store/tag-fields.ts'

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
  const labelAt = column === undefined || column.type === 'tags' ? () => null : labelReader(source.labels, column)
  const tags = column?.type === 'tags' ? readTags(source.labels, column) : null
  const items: SplitItem[] = []
  for (const [place, hash] of source.hashes.entries()) {
    const contentHash = source.kind === 'table' ? String(place) : hash
    const label = labelAt(place)
    const own = { label: label === null ? null : String(label), contentHash, given: source.given(place) }
    items.push(tags === null ? own : { ...own, tags: tags.at(place) })
    if (place % PIECE === PIECE - 1) yield
  }
  return yield* splitInPieces(items, plan)
}
