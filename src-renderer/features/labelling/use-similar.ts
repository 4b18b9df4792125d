import type { Dataset } from '@contract/datasets.ts'
import { computed, type ComputedRef } from 'vue'
import { client } from '../../app/client.ts'
import { useToasts } from '../../stores/toasts.ts'
import { plural } from '../../ui/format.ts'
import type { Items } from '../data/use-items.ts'
import { SimilarListing } from './similar-listing.ts'

const COUNT = 200
/** As many as a question may name. */
const MOST = 100

export interface Similar {
  /** "3 items", or the name of a picture: what the shown items are like; null: another list is shown. */
  readonly to: ComputedRef<string | null>
  /** Cosine of features, of what is shown. */
  score(id: number): number | null
  find(itemIds: readonly number[]): Promise<void>
  /** To a picture from outside the dataset. */
  findLike(source: string, label: string): Promise<void>
  /** Back to what was shown before. */
  leave(): Promise<void>
}

/** The items of a dataset that are most like some of them, or like a picture from outside. */
export function useSimilar(dataset: () => Dataset, items: Items): Similar {
  const toasts = useToasts()
  const shown = computed(() => (items.listing.value instanceof SimilarListing ? items.listing.value : null))

  async function show(question: { itemIds: number[] } | { source: string }, to: string): Promise<void> {
    try {
      const datasetId = dataset().id
      const { items: found } = await client.call('labelling.similar', { datasetId, ...question, count: COUNT })
      // From one likeness to the next: the way back leads to what was there before the first.
      const before = shown.value === null ? items.listing.value : shown.value.before
      await items.show(new SimilarListing(found, { to, datasetId, before }))
    } catch (error) {
      toasts.fail(error)
    }
  }

  async function find(itemIds: readonly number[]): Promise<void> {
    const asked = itemIds.slice(0, MOST)
    if (asked.length === 0) return toasts.show('Mark an item first: then what is like it can be found.')
    if (asked.length < itemIds.length) toasts.show(`Compared with the first ${MOST} of the marked items.`)
    const name = asked.length === 1 ? items.item(asked[0])?.name : undefined
    await show({ itemIds: asked }, name ?? plural(asked.length, 'item'))
  }

  return {
    to: computed(() => shown.value?.to ?? null),
    score: (id) => shown.value?.scores.get(id) ?? null,
    find,
    findLike: (source, label) => show({ source }, label),
    leave: () => items.show(shown.value?.before ?? null),
  }
}
