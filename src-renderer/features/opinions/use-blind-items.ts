import type { Item, ItemFilter } from '@contract/datasets.ts'
import type { Opinion } from '@contract/opinions.ts'
import { computed, ref, shallowRef, type ShallowRef } from 'vue'
import { client, toGraftError } from '../../app/client.ts'
import type { GraftError } from '@contract/errors.ts'
import { useToasts } from '../../stores/toasts.ts'
import { ItemCache } from '../data/item-cache.ts'
import { moveTo, NOTHING, type Selection } from '../data/item-selection.ts'
import type { Items } from '../data/use-items.ts'

export interface BlindItems extends Items {
  /** Second labels by item; null: not answered. */
  readonly answers: ShallowRef<ReadonlyMap<number, string | null>>
}

/** The drawn items of a pass, for the grid: with the second label alone. File names often hold the class, so that they are not shown either. */
export function useBlindItems(opinion: () => Opinion): BlindItems {
  const toasts = useToasts()
  const { id: opinionId, datasetId } = opinion()
  const order = shallowRef<readonly number[]>([])
  const places = shallowRef<ReadonlyMap<number, number>>(new Map())
  const answers = shallowRef<ReadonlyMap<number, string | null>>(new Map())
  const selection = shallowRef<Selection>(NOTHING)
  const loading = ref(true)
  const error = shallowRef<GraftError | null>(null)
  const cache = new ItemCache(fetchItems, (caught) => toasts.fail(caught))

  async function fetchItems(ids: number[]): Promise<readonly Item[]> {
    const filter = { ids }
    const { items } = await client.call('datasets.items', { datasetId, filter, offset: 0, limit: ids.length })
    return items.map(blind)
  }

  const blind = (item: Item): Item => ({
    ...item,
    name: `image ${(places.value.get(item.id) ?? 0) + 1} of the draw`,
    labels: {},
    duplicateOf: null,
  })

  async function reload(): Promise<void> {
    loading.value = true
    try {
      const found = await client.call('opinions.items', { opinionId })
      order.value = found.itemIds
      places.value = new Map(found.itemIds.map((id, place) => [id, place]))
      answers.value = new Map(found.itemIds.map((id, place) => [id, found.answers[place] ?? null]))
      // On with what is not answered.
      const next = found.answers.indexOf(null)
      if (selection.value.cursor < 0) selection.value = moveTo(NOTHING, found.itemIds, Math.max(0, next))
      error.value = null
    } catch (caught) {
      error.value = toGraftError(caught)
    }
    loading.value = false
  }
  void reload()

  function item(id: number | undefined): Item | null {
    const found = id === undefined ? null : cache.get(id)
    if (found === null) return null
    return { ...found, labels: { [opinion().column]: answers.value.get(found.id) ?? null } }
  }

  return {
    filter: ref<ItemFilter>({}),
    order,
    loading,
    error,
    selection,
    statistics: shallowRef(null),
    stale: ref(false),
    filtered: computed(() => false),
    listing: shallowRef(null),
    cache,
    answers,
    item,
    reload,
    show: reload,
    touched: (ids) => cache.invalidate(ids),
  }
}
