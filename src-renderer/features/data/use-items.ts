import type { Dataset, DatasetStatistics, Item, ItemFilter } from '@contract/datasets.ts'
import type { GraftError } from '@contract/errors.ts'
import { useDebounceFn } from '@vueuse/core'
import { computed, type ComputedRef, onScopeDispose, ref, type Ref, type ShallowRef, shallowRef, watch } from 'vue'
import { client, toGraftError } from '../../app/client.ts'
import { onResync } from '../../app/connection.ts'
import { useToasts } from '../../stores/toasts.ts'
import { ItemCache } from './item-cache.ts'
import { keepIn, moveTo, NOTHING, type Selection } from './item-selection.ts'

/** A list that stands for the whole dataset in the grid, in an order of its own: what is to be labelled next, what is alike. */
export interface Listing {
  /** Ids in their order, of what the filter lets through. */
  ids(filter: ItemFilter): Promise<readonly number[]>
}

export interface Items {
  readonly filter: Ref<ItemFilter>
  /** Ids in grid order. Fixed until the filter changes: what was just labelled does not jump away. */
  readonly order: ShallowRef<readonly number[]>
  readonly loading: Ref<boolean>
  readonly error: ShallowRef<GraftError | null>
  readonly selection: ShallowRef<Selection>
  readonly statistics: ShallowRef<DatasetStatistics | null>
  /** Something changed while a filter is on: the list may show items that no longer match. */
  readonly stale: Ref<boolean>
  readonly filtered: ComputedRef<boolean>
  /** null: all items, in the dataset's order. */
  readonly listing: Readonly<ShallowRef<Listing | null>>
  readonly cache: ItemCache
  item(id: number | undefined): Item | null
  reload(): Promise<void>
  /** Another list (null: all items), from its first item on. */
  show(listing: Listing | null): Promise<void>
  /** After a change that this window made itself. */
  touched(itemIds: readonly number[] | null): void
}

/** The items of one dataset under a filter, kept true by events. */
export function useItems(dataset: () => Dataset): Items {
  const toasts = useToasts()
  const filter = ref<ItemFilter>({})
  const order = shallowRef<readonly number[]>([])
  const loading = ref(true)
  const error = shallowRef<GraftError | null>(null)
  const selection = shallowRef<Selection>(NOTHING)
  const statistics = shallowRef<DatasetStatistics | null>(null)
  const stale = ref(false)
  const datasetId = dataset().id
  const listing = shallowRef<Listing | null>(null)
  const filtered = computed(() => Object.keys(filter.value).length > 0)
  const cache = new ItemCache(fetchItems, (caught) => toasts.fail(caught))
  let asked = 0

  async function fetchItems(ids: number[]): Promise<readonly Item[]> {
    return (await client.call('datasets.items', { datasetId, filter: { ids }, offset: 0, limit: ids.length })).items
  }

  const inOrder = (of: ItemFilter): Promise<number[]> => client.call('datasets.itemIds', { datasetId, filter: of })

  async function reload(): Promise<void> {
    const mine = ++asked
    loading.value = true
    try {
      const ids = await (listing.value === null ? inOrder(filter.value) : listing.value.ids(filter.value))
      if (mine !== asked) return
      selection.value = keepIn(selection.value, ids, order.value)
      order.value = ids
      stale.value = false
      error.value = null
    } catch (caught) {
      if (mine === asked) error.value = toGraftError(caught)
    }
    if (mine === asked) loading.value = false
  }

  async function show(next: Listing | null): Promise<void> {
    // Back to all items, what was marked stays marked.
    if (next !== null) selection.value = NOTHING
    listing.value = next
    await reload()
    if (next !== null && listing.value === next) selection.value = moveTo(selection.value, order.value, 0)
  }

  async function loadStatistics(): Promise<void> {
    try {
      statistics.value = await client.call('datasets.statistics', { datasetId })
    } catch (caught) {
      if (statistics.value === null) toasts.fail(caught)
    }
  }
  const narrowed = (): boolean => filtered.value || listing.value !== null
  const loadStatisticsSoon = useDebounceFn(loadStatistics, 250, { maxWait: 1000 })

  function touched(itemIds: readonly number[] | null): void {
    cache.invalidate(itemIds)
    if (filtered.value) stale.value = true
    void loadStatisticsSoon()
  }

  const stops = [
    client.on('datasets.changed', (event) => {
      if (event.datasetId !== datasetId) return
      touched(event.itemIds)
      if (event.dataset !== null && !narrowed() && event.dataset.items !== order.value.length) void reload()
    }),
    onResync(() => {
      cache.invalidate(null)
      void reload()
      void loadStatistics()
    }),
  ]
  onScopeDispose(() => stops.forEach((stop) => stop()))
  watch(filter, () => void reload(), { deep: true, immediate: true })
  void loadStatistics()

  return {
    filter,
    order,
    loading,
    error,
    selection,
    statistics,
    stale,
    filtered,
    listing,
    cache,
    item: (id) => (id === undefined ? null : cache.get(id)),
    reload,
    show,
    touched,
  }
}
