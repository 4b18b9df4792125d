import type { ItemFilter } from '@contract/datasets.ts'
import type { OrderBy } from '@contract/labelling.ts'
import { shallowRef } from 'vue'
import { client } from '../../app/client.ts'
import type { Listing } from '../data/use-items.ts'
import { orderRow } from './orders.ts'
import { within } from './within.ts'

/** A batch of items in the order in which they are worth looking at. */
export class OrderListing implements Listing {
  readonly by: OrderBy
  /** What the order could not do as asked. */
  readonly note = shallowRef<string | null>(null)
  readonly #of: { readonly datasetId: string; readonly column: string }
  readonly #seed: number
  /** Drawn once: another filter shows less of the same items. */
  #drawn: readonly number[] | null = null

  constructor(by: OrderBy, of: { datasetId: string; column: string }, seed: number) {
    this.by = by
    this.#of = of
    this.#seed = seed
  }

  async ids(filter: ItemFilter): Promise<readonly number[]> {
    const { by } = this
    const { count } = orderRow(by)
    if (by === 'random') {
      this.#drawn ??= (await client.call('labelling.draw', { ...this.#of, count })).itemIds
      return await within(this.#drawn, filter, this.#of.datasetId)
    }
    const { items, note } = await client.call('labelling.order', { ...this.#of, by, count, filter, seed: this.#seed })
    this.note.value = note
    return items.map(({ item }) => item)
  }
}
