import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { useRunsStore } from './runs.ts'

const FIRST = 10

/** Which runs are drawn on the compare screen. Until the user chooses, the ten newest. */
export const useCompareSet = defineStore('compare-set', () => {
  const runs = useRunsStore()
  const chosen = shallowRef<ReadonlySet<string> | null>(null)
  const baseline = shallowRef<string | null>(null)
  const shown = computed<ReadonlySet<string>>(
    () =>
      chosen.value ??
      new Set(
        runs.list
          .filter((run) => run.status !== 'queued')
          .slice(0, FIRST)
          .map((run) => run.id),
      ),
  )

  /** Adds to what the user has chosen; the ten of the start make way for the first choice. */
  function add(id: string): void {
    chosen.value = new Set([...(chosen.value ?? []), id])
  }

  function set(ids: Iterable<string> | null): void {
    chosen.value = ids === null ? null : new Set(ids)
  }

  function toggle(id: string): void {
    const next = new Set(shown.value)
    if (!next.delete(id)) next.add(id)
    chosen.value = next
  }

  return { shown, baseline, add, set, toggle }
})
