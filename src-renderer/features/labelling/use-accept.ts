import type { Item } from '@contract/datasets.ts'
import type { Suggestion } from '@contract/labelling.ts'
import { type Ref, shallowRef } from 'vue'
import { useToasts } from '../../stores/toasts.ts'
import { plural } from '../../ui/format.ts'
import { targets } from '../data/item-selection.ts'
import type { Items } from '../data/use-items.ts'
import type { Labelling } from '../data/use-labelling.ts'
import { leftWords } from './labelling-words.ts'
import { type Candidate, labelsOfReview, type ReviewRequest } from './review.ts'
import type { Suggestions } from './use-suggestions.ts'

export interface Accepting {
  /** What is being looked through; null: nothing. */
  readonly review: Ref<ReviewRequest | null>
  /** The suggestion of the item under the cursor, or of all that are marked, as their tiles show them. */
  acceptMarked(): Promise<void>
  /** What was looked through and stayed ticked. False: it failed, and was told. */
  acceptReviewed(candidates: readonly Candidate[], left: ReadonlySet<number>, test: boolean): Promise<boolean>
}

/** The way from a suggestion to a label: a person's key, and what that person saw. */
export function useAccept(
  dataset: () => { readonly version: number },
  column: () => string,
  items: Items,
  labelling: Labelling,
  suggestions: Suggestions,
): Accepting {
  const toasts = useToasts()
  const review = shallowRef<ReviewRequest | null>(null)

  async function acceptMarked(): Promise<void> {
    const ids = targets(items.selection.value, items.order.value)
    if (ids.length > 1) return await acceptMany(ids)
    const id = ids[0]
    if (id === undefined) return toasts.show('Mark an item first: then its suggestion can be accepted.')
    if (isLabelled(id)) return toasts.show('It has a label. The key of a class changes it.')
    const suggested = suggestions.of(id)?.suggested
    if (suggested === undefined) return toasts.show('Nothing is suggested for this item yet.')
    // It stands under the cursor: also an item of the test split is seen.
    const accepted = await labelling.accept([{ itemIds: [id], value: suggested }], true)
    const words = leftWords(accepted?.left.length ?? 0)
    if (words !== null) toasts.show(words)
  }

  /** Of many that are marked some may never have been on screen: then all are looked through before they are written. */
  async function acceptMany(ids: readonly number[]): Promise<void> {
    const open = ids.filter((id) => !isLabelled(id))
    if (open.length === 0) return toasts.show('All that are marked have labels.')
    const seen = open.map((id) => candidateOf(items.item(id), suggestions.of(id))).filter((one) => one !== null)
    const isAllSeen = seen.length === open.length && seen.every(({ split }) => split !== 'test')
    if (isAllSeen) await write(seen, new Set(), false)
    else review.value = { itemIds: open }
  }

  const isLabelled = (id: number): boolean => (items.item(id)?.labels[column()] ?? null) !== null

  async function write(candidates: readonly Candidate[], left: ReadonlySet<number>, test: boolean): Promise<boolean> {
    const accepted = await labelling.accept(labelsOfReview(candidates, left), test)
    if (accepted === null) return false
    const { version } = accepted.dataset
    const undo = (): void => {
      // Undo takes the last change back, whatever it is.
      if (dataset().version === version) void labelling.undo()
      else toasts.show('Something was changed since then.', { detail: 'Undo step by step with Z.' })
    }
    const detail = leftWords(accepted.left.length)
    toasts.show(`${plural(accepted.changed, 'suggestion')} accepted.`, {
      ...(detail === null ? {} : { detail }),
      ...(accepted.changed === 0 ? {} : { action: { label: 'Undo', run: undo } }),
    })
    return true
  }

  return { review, acceptMarked, acceptReviewed: write }
}

/** null: not both have been on screen. */
function candidateOf(item: Item | null, suggestion: Suggestion | null): Candidate | null {
  return item === null || suggestion === null ? null : { ...suggestion, path: item.name, split: item.split }
}
