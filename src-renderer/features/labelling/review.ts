import type { Split } from '@contract/datasets.ts'
import type { Suggestion } from '@contract/labelling.ts'
import type { SuggestedLabels } from '../data/use-labelling.ts'

/** A suggestion as it is looked through before it becomes a label. */
export type Candidate = Suggestion & { readonly path: string; readonly split: Split }

/** Which suggestions are looked through: all that are so confident, or those of marked items. */
export type ReviewRequest = { readonly above: number } | { readonly itemIds: readonly number[] }

export type ReviewOrder = 'sure' | 'doubtful' | 'class'

export const REVIEW_ORDERS: readonly { value: ReviewOrder; label: string }[] = [
  { value: 'doubtful', label: 'Most doubtful first' },
  { value: 'sure', label: 'Most certain first' },
  { value: 'class', label: 'By class' },
]

export function inReviewOrder(candidates: readonly Candidate[], order: ReviewOrder): Candidate[] {
  const doubtful = (a: Candidate, b: Candidate): number => a.confidence - b.confidence || a.item - b.item
  return candidates.toSorted((a, b) => {
    if (order === 'sure') return b.confidence - a.confidence || a.item - b.item
    if (order === 'doubtful') return doubtful(a, b)
    return a.suggested < b.suggested ? -1 : a.suggested > b.suggested ? 1 : doubtful(a, b)
  })
}

/** How many of each class are ticked, largest class first. */
export function countByClass(
  candidates: readonly Candidate[],
  left: ReadonlySet<number>,
): { name: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const { item, suggested } of candidates) {
    if (!left.has(item)) counts.set(suggested, (counts.get(suggested) ?? 0) + 1)
  }
  return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count)
}

/** What was shown and stayed ticked, as labels: a group per class. */
export function labelsOfReview(candidates: readonly Candidate[], left: ReadonlySet<number>): SuggestedLabels {
  const groups = new Map<string, number[]>()
  for (const { item, suggested } of candidates) {
    if (left.has(item)) continue
    const group = groups.get(suggested)
    if (group === undefined) groups.set(suggested, [item])
    else group.push(item)
  }
  return [...groups].map(([value, itemIds]) => ({ itemIds, value }))
}
