import type { GraftError } from '@contract/errors.ts'
import type { Events, RequestInput } from '@contract/index.ts'
import type { Run } from '@contract/runs.ts'
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef } from 'vue'
import { client, toGraftError } from '../app/client.ts'
import { onResync } from '../app/connection.ts'

export type RunProgress = Events['runs.progressed']

const PAGE = 10_000
/** Changes arrive in bursts; the list of thousands is rebuilt this often at most. */
const FLUSH_MS = 120

/** All runs of the workspace: one snapshot, then events. */
export const useRunsStore = defineStore('runs', () => {
  const byId = shallowRef<ReadonlyMap<string, Run>>(new Map())
  const loaded = ref(false)
  const loading = ref(false)
  const error = shallowRef<GraftError | null>(null)
  const progress = shallowReactive(new Map<string, RunProgress>())
  const changes = new Map<string, Run | null>()
  const listeners = new Set<(runId: string, before: Run | undefined, after: Run | null) => void>()
  let timer: ReturnType<typeof setTimeout> | null = null
  let flushedAt = -Infinity
  let request = 0

  const list = computed(() => [...byId.value.values()].sort(newestFirst))
  const running = computed(() => list.value.filter((run) => run.status === 'running'))
  const queued = computed(() => list.value.filter((run) => run.status === 'queued'))

  async function load(): Promise<void> {
    const mine = ++request
    loading.value = true
    changes.clear()
    try {
      const next = new Map<string, Run>()
      for (let offset = 0; ; offset += PAGE) {
        const page = await client.call('runs.list', { offset, limit: PAGE })
        for (const run of page.runs) next.set(run.id, run)
        if (page.runs.length < PAGE || next.size >= page.total) break
      }
      if (mine !== request) return
      error.value = null
      byId.value = next
      for (const run of next.values()) announce(run.id, undefined, run)
      flush()
      loaded.value = true
    } catch (problem) {
      if (mine === request) error.value = toGraftError(problem)
    } finally {
      if (mine === request) loading.value = false
    }
  }

  function ensureLoaded(): void {
    if (!loaded.value && !loading.value) void load()
  }

  function clear(): void {
    request++
    changes.clear()
    progress.clear()
    byId.value = new Map()
    loaded.value = false
    loading.value = false
    error.value = null
  }

  function apply(runId: string, run: Run | null): void {
    changes.set(runId, run)
    const due = flushedAt + FLUSH_MS - performance.now()
    // At once where it can be: it is then drawn in one frame with the progress that it came with.
    if (due <= 0) flush()
    else timer ??= setTimeout(flush, due)
  }

  function flush(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (changes.size === 0) return
    flushedAt = performance.now()
    const next = new Map(byId.value)
    const applied = [...changes]
    changes.clear()
    for (const [runId, run] of applied) {
      if (run === null) next.delete(runId)
      else next.set(runId, run)
      if (run?.status !== 'running') progress.delete(runId)
    }
    const before = byId.value
    byId.value = next
    for (const [runId, run] of applied) announce(runId, before.get(runId), run)
  }

  function announce(runId: string, before: Run | undefined, after: Run | null): void {
    for (const listener of [...listeners]) listener(runId, before, after)
  }

  /** Calls `listener` for each stored change of a run. Returns its remover. */
  function onChange(listener: (runId: string, before: Run | undefined, after: Run | null) => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  async function act(name: 'runs.pause' | 'runs.resume' | 'runs.stop', runId: string): Promise<void> {
    applyNow(await client.call(name, { runId }))
  }

  function applyNow(run: Run): void {
    changes.set(run.id, run)
    flush()
  }

  async function extend(runId: string, epochs: number): Promise<void> {
    applyNow(await client.call('runs.extend', { runId, epochs }))
  }

  async function annotate(input: RequestInput<'runs.annotate'>): Promise<void> {
    applyNow(await client.call('runs.annotate', input))
  }

  async function remove(runIds: string[]): Promise<void> {
    await client.call('runs.remove', { runIds })
    for (const runId of runIds) changes.set(runId, null)
    flush()
  }

  async function reorder(runId: string, position: number): Promise<void> {
    await client.call('runs.reorder', { runId, position })
    await load()
  }

  client.on('runs.changed', ({ runId, run }) => apply(runId, run))
  client.on('runs.progressed', (event) => {
    // A trainer that started anew counts from the start again.
    const known = progress.get(event.runId)
    if (known !== undefined && event.seq <= known.seq && event.step >= known.step) return
    progress.set(event.runId, event)
  })
  client.on('workspace.changed', (state) => (state.open ? void load() : clear()))
  onResync(() => void load())

  return {
    byId,
    list,
    running,
    queued,
    loaded,
    loading,
    error,
    progress,
    load,
    ensureLoaded,
    clear,
    onChange,
    act,
    extend,
    annotate,
    remove,
    reorder,
  }
})

/** ISO times order as plain text; collation would take ten times as long. */
function newestFirst(a: Run, b: Run): number {
  return a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0
}
