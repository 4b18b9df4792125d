import type { Dataset, DatasetStatistics, Item, ItemFilter } from '@contract/datasets.ts'
import type { GraftError } from '@contract/errors.ts'
import { useDebounceFn } from '@vueuse/core'
import { computed, type ComputedRef, onScopeDispose, ref, type Ref, type ShallowRef, shallowRef, watch } from 'vue'
import { client, toGraftError } from '../../app/client.ts'
import { onResync } from '../../app/connection.ts'
import { useToasts } from '../../stores/toasts.ts'
import { ItemCache } from './item-cache.ts'
import { keepIn, NOTHING, type Selection } from './item-selection.ts'

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
  readonly cache: ItemCache
  item(id: number | undefined): Item | null
  reload(): Promise<void>
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
  const filtered = computed(() => Object.keys(filter.value).length > 0)
  const cache = new ItemCache(fetchItems, (caught) => toasts.fail(caught))
  let asked = 0

  async function fetchItems(ids: number[]): Promise<readonly Item[]> {
    return (await client.call('datasets.items', { datasetId, filter: { ids }, offset: 0, limit: ids.length })).items
  }

  async function reload(): Promise<void> {
    const mine = ++asked
    loading.value = true
    try {
      const ids = await client.call('datasets.itemIds', { datasetId, filter: filter.value })
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

  async function loadStatistics(): Promise<void> {
    try {
      statistics.value = await client.call('datasets.statistics', { datasetId })
    } catch (caught) {
      if (statistics.value === null) toasts.fail(caught)
    }
  }
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
      if (event.dataset !== null && !filtered.value && event.dataset.items !== order.value.length) void reload()
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
    cache,
    item: (id) => (id === undefined ? null : cache.get(id)),
    reload,
    touched,
  }
}
