import type { BaseModel } from '@contract/models.ts'
import { defineStore } from 'pinia'
import { client } from '../app/client.ts'
import { createCollection } from '../app/collection.ts'

/** What a run can start from: base models, architectures and the models that were trained here. */
export const useBaseModels = defineStore('base-models', () =>
  createCollection({
    fetch: () => client.call('models.list', {}),
    idOf: (model: BaseModel) => model.id,
    changed: 'models.changed',
  }),
)
