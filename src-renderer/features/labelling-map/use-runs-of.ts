import { computed, type ComputedRef } from 'vue'
import { useRunsStore } from '../../stores/runs.ts'

/** Finished runs on a dataset, newest first, to choose from. */
export function useRunsOf(datasetId: () => string): ComputedRef<{ value: string; label: string }[]> {
  const runs = useRunsStore()
  void runs.ensureLoaded()
  return computed(() =>
    runs.list
      .filter(({ status, dataset }) => status === 'finished' && dataset.id === datasetId())
      .map(({ id, name }) => ({ value: id, label: name })),
  )
}
