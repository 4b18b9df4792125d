import type { Run } from '@contract/runs.ts'
import { computed, type ComputedRef, ref, type Ref, type WritableComputedRef } from 'vue'
import { useRunsStore } from '../../stores/runs.ts'
import { useSettings } from '../../stores/settings.ts'
import { columnsFor, defaultColumns, type RunColumn } from './run-columns.ts'
import { filterRuns, NO_FILTERS, type RunFilters, type RunSort, sortRuns } from './sort-runs.ts'

export interface CompareTable {
  readonly available: ComputedRef<readonly RunColumn[]>
  readonly chosen: WritableComputedRef<readonly string[]>
  readonly columns: ComputedRef<readonly RunColumn[]>
  readonly sort: WritableComputedRef<RunSort>
  readonly filters: Ref<RunFilters>
  readonly rows: ComputedRef<readonly Run[]>
  readonly choices: ComputedRef<Record<'status' | 'strategy' | 'dataset' | 'tag', readonly string[]>>
  sortBy(column: string): void
}

/** Columns and sorting of the compare table (remembered), its filters (not), and the rows that follow. */
export function useCompareTable(): CompareTable {
  const runs = useRunsStore()
  const settings = useSettings()
  const filters = ref<RunFilters>(NO_FILTERS)

  const available = computed(() => columnsFor(runs.list))
  const chosen = computed<readonly string[]>({
    get: () => settings.get<readonly string[] | null>('compare.columns', null) ?? defaultColumns(available.value),
    set: (ids) => void settings.set('compare.columns', ids),
  })
  const columns = computed(() => {
    const byId = new Map(available.value.map((column) => [column.id, column]))
    return chosen.value.flatMap((id) => byId.get(id) ?? [])
  })
  const sort = computed<RunSort>({
    get: () => settings.get('compare.sort', { column: 'createdAt', descending: true }),
    set: (next) => void settings.set('compare.sort', next),
  })
  const rows = computed(() => sortRuns(filterRuns(runs.list, filters.value), sort.value, available.value))
  const choices = computed(() => ({
    status: distinct(runs.list.map((run) => run.status)),
    strategy: distinct(runs.list.map((run) => run.strategy)),
    dataset: distinct(runs.list.map((run) => run.dataset.name)),
    tag: distinct(runs.list.flatMap((run) => run.tags)),
  }))

  /** A second click turns the order around; metrics begin with the best, other numbers and dates with the largest. */
  function sortBy(column: string): void {
    const found = available.value.find((one) => one.id === column)
    const descending = column === 'createdAt' || ((found?.numeric ?? false) && !found?.smallestFirst)
    const again = sort.value.column === column
    sort.value = { column, descending: again ? !sort.value.descending : descending }
  }

  return { available, chosen, columns, sort, filters, rows, choices, sortBy }
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort()
}
