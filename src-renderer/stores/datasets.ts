import type { Dataset } from '@contract/datasets.ts'
import type { GraftError } from '@contract/errors.ts'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { client, toGraftError } from '../app/client.ts'
import { onResync } from '../app/connection.ts'
import { useWorkspace } from './workspace.ts'

/** The datasets of the open workspace: a snapshot, then kept true by events. */
export const useDatasets = defineStore('datasets', () => {
  const workspace = useWorkspace()
  const list = shallowRef<readonly Dataset[]>([])
  const loaded = shallowRef(false)
  const error = shallowRef<GraftError | null>(null)
  const byId = computed(() => new Map(list.value.map((dataset) => [dataset.id, dataset])))

  async function load(): Promise<void> {
    if (!workspace.isOpen) return clear()
    try {
      list.value = await client.call('datasets.list', {})
      error.value = null
    } catch (caught) {
      error.value = toGraftError(caught)
    }
    loaded.value = true
  }

  function clear(): void {
    list.value = []
    loaded.value = false
    error.value = null
  }

  /** Takes a newer state of one dataset, from a reply or an event. */
  function put(dataset: Dataset): void {
    const known = byId.value.has(dataset.id)
    list.value = known ? list.value.map((one) => (one.id === dataset.id ? dataset : one)) : [dataset, ...list.value]
  }

  function drop(datasetId: string): void {
    list.value = list.value.filter((one) => one.id !== datasetId)
  }

  /** By id or by name, as a spec says it. */
  function find(ref: string): Dataset | null {
    return byId.value.get(ref) ?? list.value.find((one) => one.name === ref) ?? null
  }

  client.on('datasets.changed', ({ dataset, datasetId }) => (dataset === null ? drop(datasetId) : put(dataset)))
  onResync(() => void load())
  watch(
    () => workspace.state?.path ?? null,
    () => {
      clear()
      void load()
    },
    { immediate: true },
  )
  return { list, loaded, error, byId, load, put, find }
})
