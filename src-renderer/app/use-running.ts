import type { Run } from '@contract/runs.ts'
import { onScopeDispose, type ShallowRef, shallowRef, watch } from 'vue'
import { useWorkspace } from '../stores/workspace.ts'
import { client } from './client.ts'
import { onResync } from './connection.ts'

/** Runs that train or wait, for the rail. The runs screen has its own, fuller store. */
export function useRunning(): { running: ShallowRef<readonly Run[]>; progress: ShallowRef<number | null> } {
  const workspace = useWorkspace()
  const running = shallowRef<readonly Run[]>([])
  const progress = shallowRef<number | null>(null)

  async function load(): Promise<void> {
    if (!workspace.isOpen) return void (running.value = [])
    try {
      const reply = await client.call('runs.list', { filter: { status: ['running', 'queued'] }, limit: 100 })
      running.value = reply.runs
      progress.value = current()?.progress ?? null
    } catch {
      // The rail is a convenience: the runs screen shows the error.
      running.value = []
    }
  }

  function current(): Run | undefined {
    return running.value.find((run) => run.status === 'running')
  }

  const stops = [
    client.on('runs.changed', ({ run, runId }) => {
      const others = running.value.filter((one) => one.id !== runId)
      const live = run !== null && (run.status === 'running' || run.status === 'queued')
      running.value = live ? [...others, run] : others
      progress.value = current()?.progress ?? null
    }),
    client.on('runs.progressed', (event) => {
      if (event.runId === current()?.id) progress.value = event.progress
    }),
    onResync(() => void load()),
  ]
  onScopeDispose(() => stops.forEach((stop) => stop()))
  watch(
    () => workspace.state?.path ?? null,
    () => void load(),
    { immediate: true },
  )
  return { running, progress }
}
