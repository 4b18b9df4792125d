import type { GraftError } from '@contract/errors.ts'
import type { ExportRecord } from '@contract/models.ts'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { client, toGraftError } from '../../app/client.ts'
import { createCollection } from '../../app/collection.ts'
import { useLookedUp } from '../../app/use-looked-up.ts'
import { useBaseModels } from '../../stores/base-models.ts'
import { useCatalog } from '../../stores/catalog.ts'

/** Base models, architectures and trained models, with the exports made of them and the formats that there are. */
export const useModelsStore = defineStore('models', () => {
  const catalog = useCatalog()
  const models = useBaseModels()
  const exports = createCollection({
    fetch: () => client.call('models.exports', {}),
    idOf: (made: ExportRecord) => made.id,
    changed: 'models.changed',
  })
  const catalogError = shallowRef<GraftError | null>(null)
  const trained = computed(() => models.list.filter((model) => model.kind === 'trained'))
  const bases = computed(() => models.list.filter((model) => model.kind !== 'trained'))
  const loaded = computed(() => models.loaded && exports.loaded.value && catalog.catalog !== null)

  async function load(): Promise<void> {
    const known = catalog.ensure().then(
      () => null,
      (problem: unknown) => toGraftError(problem),
    )
    const [problem] = await Promise.all([known, models.load(), exports.load()])
    catalogError.value = problem
  }

  return {
    list: computed(() => models.list),
    byId: computed(() => models.byId),
    catalog: computed(() => catalog.catalog),
    exports: exports.list,
    loaded,
    error: computed(() => models.error ?? exports.error.value ?? catalogError.value),
    trained,
    bases,
    load,
    loadExports: exports.load,
    lookedUp: (ids: () => readonly string[]) =>
      useLookedUp(ids, { has: (id) => models.byId.has(id), isLoaded: () => loaded.value, load }),
  }
})
