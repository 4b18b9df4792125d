import type { GraftError } from '@contract/errors.ts'
import type { Study, StudySpecInput } from '@contract/studies.ts'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { client, toGraftError } from '../app/client.ts'
import { onResync } from '../app/connection.ts'

/** Studies of the workspace: one snapshot, then events. Their results are fetched by whoever shows them. */
export const useStudiesStore = defineStore('studies', () => {
  const byId = shallowRef<ReadonlyMap<string, Study>>(new Map())
  const loaded = ref(false)
  const loading = ref(false)
  const error = shallowRef<GraftError | null>(null)
  let request = 0

  const list = computed(() => [...byId.value.values()].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)))

  async function load(): Promise<void> {
    const mine = ++request
    loading.value = true
    try {
      const studies = await client.call('studies.list', {})
      if (mine !== request) return
      byId.value = new Map(studies.map((study) => [study.id, study]))
      error.value = null
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
    byId.value = new Map()
    loaded.value = false
    loading.value = false
    error.value = null
  }

  function put(studyId: string, study: Study | null): void {
    const next = new Map(byId.value)
    if (study === null) next.delete(studyId)
    else next.set(studyId, study)
    byId.value = next
  }

  async function start(study: StudySpecInput): Promise<string> {
    return (await client.call('studies.start', { study })).studyId
  }

  async function act(name: 'studies.cancel' | 'studies.resume', studyId: string): Promise<void> {
    put(studyId, await client.call(name, { studyId }))
  }

  async function rename(studyId: string, name: string): Promise<void> {
    put(studyId, await client.call('studies.rename', { studyId, name }))
  }

  async function remove(studyId: string, withRuns: boolean): Promise<void> {
    await client.call('studies.remove', { studyId, withRuns })
    put(studyId, null)
  }

  client.on('studies.changed', ({ studyId, study }) => put(studyId, study))
  client.on('workspace.changed', (state) => (state.open ? void load() : clear()))
  onResync(() => void load())

  return { byId, list, loaded, loading, error, load, ensureLoaded, clear, start, act, rename, remove }
})
