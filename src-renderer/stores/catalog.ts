import type { Catalog } from '@contract/models.ts'
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { client } from '../app/client.ts'

/** What Graft can do (strategies, optimizers, exporters, analyses ...): fetched once, the same in every workspace. */
export const useCatalog = defineStore('catalog', () => {
  const catalog = shallowRef<Catalog | null>(null)
  let asked: Promise<Catalog> | null = null

  /** Throws GraftError; the next call tries again. */
  async function ensure(): Promise<Catalog> {
    asked ??= client.call('models.catalog', {})
    try {
      return (catalog.value = await asked)
    } catch (error) {
      asked = null
      throw error
    }
  }

  return { catalog, ensure }
})
