import type { Run, RunStatus } from '@contract/runs.ts'
import { matchesSearch } from '../runs/run-groups.ts'
import type { RunColumn } from './run-columns.ts'

export interface RunSort {
  readonly column: string
  readonly descending: boolean
}

export interface RunFilters {
  readonly search: string
  readonly starredOnly: boolean
  readonly status: RunStatus | null
  readonly strategy: string | null
  readonly dataset: string | null
  readonly tag: string | null
}

export const NO_FILTERS: RunFilters = {
  search: '',
  starredOnly: false,
  status: null,
  strategy: null,
  dataset: null,
  tag: null,
}

export function filterRuns(runs: readonly Run[], filters: RunFilters): Run[] {
  return runs.filter(
    (run) =>
      (!filters.starredOnly || run.starred) &&
      (filters.status === null || run.status === filters.status) &&
      (filters.strategy === null || run.strategy === filters.strategy) &&
      (filters.dataset === null || run.dataset.name === filters.dataset) &&
      (filters.tag === null || run.tags.includes(filters.tag)) &&
      matchesSearch(run, filters.search),
  )
}

/** Sorted copy. Runs without a value come last in either direction; equal ones keep their order. */
export function sortRuns(runs: readonly Run[], sort: RunSort, columns: readonly RunColumn[]): Run[] {
  const value =
    sort.column === 'name' ? (run: Run) => run.name : columns.find((one) => one.id === sort.column)?.sortValue
  if (value === undefined) return [...runs]
  const direction = sort.descending ? -1 : 1
  return runs
    .map((run) => ({ run, key: value(run) }))
    .sort((a, b) => {
      const [emptyA, emptyB] = [isEmpty(a.key), isEmpty(b.key)]
      if (emptyA || emptyB) return Number(emptyA) - Number(emptyB)
      return direction * compareKeys(a.key, b.key)
    })
    .map(({ run }) => run)
}

/** Numbers inside names sort as numbers: "run 2" before "run 10". */
const collator = new Intl.Collator('en', { numeric: true })

function compareKeys(a: string | number | null, b: string | number | null): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return collator.compare(String(a), String(b))
}

function isEmpty(key: string | number | null): boolean {
  return key === null || key === '' || (typeof key === 'number' && Number.isNaN(key))
}
