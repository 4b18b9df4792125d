import type { GraftError } from '@contract/errors.ts'
import type { BaseModel, Catalog, ExportRecord } from '@contract/models.ts'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { client, toGraftError } from '../app/client.ts'
import { onResync } from '../app/connection.ts'

/** Base models, architectures and trained models, with the exports made of them. */
export const useModelsStore = defineStore('models', () => {
  const list = shallowRef<readonly BaseModel[]>([])
  const catalog = shallowRef<Catalog | null>(null)
  const exports = shallowRef<readonly ExportRecord[]>([])
  const loaded = ref(false)
  const error = shallowRef<GraftError | null>(null)
  let request = 0

  const trained = computed(() => list.value.filter((model) => model.kind === 'trained'))
  const bases = computed(() => list.value.filter((model) => model.kind !== 'trained'))

  async function load(): Promise<void> {
    const mine = ++request
    try {
      const [models, made, known] = await Promise.all([
        client.call('models.list', {}),
        client.call('models.exports', {}),
        catalog.value ?? client.call('models.catalog', {}),
      ])
      if (mine !== request) return
      list.value = models
      exports.value = made
      catalog.value = known
      error.value = null
      loaded.value = true
    } catch (problem) {
      if (mine === request) error.value = toGraftError(problem)
    }
  }

  async function loadExports(): Promise<void> {
    exports.value = await client.call('models.exports', {})
  }

  client.on('models.changed', () => void load())
  client.on('workspace.changed', (state) => {
    if (state.open) void load()
  })
  onResync(() => void load())

  return { list, catalog, exports, loaded, error, trained, bases, load, loadExports }
})
