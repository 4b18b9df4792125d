import type { Dataset } from '@contract/datasets.ts'
import { defineStore } from 'pinia'
import { watch } from 'vue'
import { createCollection } from '../app/collection.ts'
import { client } from '../app/client.ts'
import { useWorkspace } from './workspace.ts'

/** The datasets of the open workspace, oldest first. */
export const useDatasets = defineStore('datasets', () => {
  const workspace = useWorkspace()
  const datasets = createCollection({
    fetch: () => client.call('datasets.list', {}),
    idOf: (dataset: Dataset) => dataset.id,
    changed: 'datasets.changed',
    told: ({ dataset, datasetId }) => ({ id: datasetId, row: dataset }),
    order: (a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0),
  })

  /** By id or by name, as a spec says it. */
  function named(ref: string): Dataset | null {
    return datasets.byId.value.get(ref) ?? datasets.list.value.find((one) => one.name === ref) ?? null
  }

  watch(
    () => workspace.state?.path ?? null,
    (path) => path !== null && void datasets.ensureLoaded(),
    { immediate: true },
  )
  return { ...datasets, named }
})
