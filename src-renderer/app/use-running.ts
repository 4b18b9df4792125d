import type { Run } from '@contract/runs.ts'
import { computed, type ComputedRef, onScopeDispose, shallowRef, type ShallowRef, watch } from 'vue'
import { useWorkspace } from '../stores/workspace.ts'
import { client } from './client.ts'
import { createCollection } from './collection.ts'

/** Runs that train or wait, for the rail. The runs screen has its own, fuller store. */
export function useRunning(): { running: ComputedRef<readonly Run[]>; progress: ShallowRef<number | null> } {
  const workspace = useWorkspace()
  const progress = shallowRef<number | null>(null)
  // An error is not shown: the rail is a convenience, the runs screen says it.
  const runs = createCollection({
    fetch: async () => (await client.call('runs.list', { filter: { status: ['running', 'queued'] }, limit: 100 })).runs,
    idOf: (run: Run) => run.id,
    changed: 'runs.changed',
    told: ({ runId, run }) => ({ id: runId, row: run?.status === 'running' || run?.status === 'queued' ? run : null }),
  })
  const current = computed(() => runs.list.value.find((run) => run.status === 'running'))

  watch(current, (run) => (progress.value = run?.progress ?? null), { flush: 'sync' })
  onScopeDispose(
    client.on('runs.progressed', (event) => {
      if (event.runId === current.value?.id) progress.value = event.progress
    }),
  )
  watch(
    () => workspace.state?.path ?? null,
    (path) => path !== null && void runs.ensureLoaded(),
    { immediate: true },
  )
  return { running: runs.list, progress }
}
