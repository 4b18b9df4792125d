import type { Dataset } from '@contract/datasets.ts'
import { computed, type ComputedRef } from 'vue'
import type { Items } from '../data/use-items.ts'
import { OrderListing } from './order-listing.ts'
import type { OrderChoice } from './orders.ts'

export interface NextOrder {
  readonly choice: ComputedRef<OrderChoice>
  /** What the order could not do as asked. */
  readonly note: ComputedRef<string | null>
  choose(choice: OrderChoice): Promise<void>
  /** The next batch in the same order, after what was labelled meanwhile. */
  next(): Promise<void>
}

/** What to label next: the grid in an order that the features give. */
export function useNextOrder(
  dataset: () => Dataset,
  column: () => string,
  items: Items,
  /** The estimate counts what is drawn. */
  onDrawn: () => void,
): NextOrder {
  const shown = computed(() => (items.listing.value instanceof OrderListing ? items.listing.value : null))
  const choice = computed<OrderChoice>(() => shown.value?.by ?? 'imported')
  let seed = 0

  async function choose(by: OrderChoice): Promise<void> {
    const of = { datasetId: dataset().id, column: column() }
    await items.show(by === 'imported' ? null : new OrderListing(by, of, seed++))
    if (by === 'random') onDrawn()
  }

  return { choice, note: computed(() => shown.value?.note.value ?? null), choose, next: () => choose(choice.value) }
}
