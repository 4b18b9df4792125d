import type { Events, RequestInput } from '@contract/index.ts'
import type { Run } from '@contract/runs.ts'
import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import { client } from '../app/client.ts'
import { createCollection } from '../app/collection.ts'

export type RunProgress = Events['runs.progressed']

const PAGE = 10_000
/** Changes arrive in bursts; the list of thousands is rebuilt this often at most. */
const GATHER_MS = 120

/** All runs of the workspace, newest first. */
export const useRunsStore = defineStore('runs', () => {
  const progress = shallowReactive(new Map<string, RunProgress>())
  const runs = createCollection({
    fetch: fetchAll,
    idOf: (run: Run) => run.id,
    changed: 'runs.changed',
    told: ({ runId, run }) => ({ id: runId, row: run }),
    order: newestFirst,
    gatherMs: GATHER_MS,
  })
  const running = computed(() => runs.list.value.filter((run) => run.status === 'running'))
  const queued = computed(() => runs.list.value.filter((run) => run.status === 'queued'))

  async function act(name: 'runs.pause' | 'runs.resume' | 'runs.stop', runId: string): Promise<void> {
    await runs.take(runId, () => client.call(name, { runId }))
  }

  async function extend(runId: string, epochs: number): Promise<void> {
    await runs.take(runId, () => client.call('runs.extend', { runId, epochs }))
  }

  async function annotate(input: RequestInput<'runs.annotate'>): Promise<void> {
    await runs.take(input.runId, () => client.call('runs.annotate', input))
  }

  async function remove(runIds: string[]): Promise<void> {
    await client.call('runs.remove', { runIds })
    runs.drop(runIds)
  }

  async function reorder(runId: string, position: number): Promise<void> {
    await client.call('runs.reorder', { runId, position })
    await runs.load()
  }

  runs.onChange((runId, _before, run) => {
    if (run?.status !== 'running') progress.delete(runId)
  })
  client.on('runs.progressed', (event) => {
    // A trainer that started anew counts from the start again.
    const known = progress.get(event.runId)
    if (known !== undefined && event.seq <= known.seq && event.step >= known.step) return
    progress.set(event.runId, event)
  })
  client.on('workspace.changed', ({ open }) => {
    if (!open) progress.clear()
  })

  return { ...runs, running, queued, progress, act, extend, annotate, remove, reorder }
})

async function fetchAll(): Promise<Run[]> {
  const found = new Map<string, Run>()
  for (let offset = 0; ; offset += PAGE) {
    const page = await client.call('runs.list', { offset, limit: PAGE })
    for (const run of page.runs) found.set(run.id, run)
    if (page.runs.length < PAGE || found.size >= page.total) return [...found.values()]
  }
}

/** ISO times order as plain text; collation would take ten times as long. */
function newestFirst(a: Run, b: Run): number {
  return a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0
}
