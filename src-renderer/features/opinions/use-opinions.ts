import type { Dataset } from '@contract/datasets.ts'
import type { GraftError } from '@contract/errors.ts'
import type { Opinion } from '@contract/opinions.ts'
import { onScopeDispose, type ShallowRef, shallowRef, watch } from 'vue'
import { client, toGraftError } from '../../app/client.ts'
import { onResync } from '../../app/connection.ts'

export interface Opinions {
  /** Newest first; null: not here yet. */
  readonly list: ShallowRef<readonly Opinion[] | null>
  readonly error: ShallowRef<GraftError | null>
  load(): Promise<void>
}

/** Second opinions on a dataset, kept true by events. */
export function useOpinions(dataset: () => Dataset): Opinions {
  const datasetId = dataset().id
  const list = shallowRef<readonly Opinion[] | null>(null)
  const error = shallowRef<GraftError | null>(null)

  async function load(): Promise<void> {
    try {
      list.value = await client.call('opinions.list', { datasetId })
      error.value = null
    } catch (caught) {
      error.value = toGraftError(caught)
    }
  }

  function put(opinionId: string, opinion: Opinion | null): void {
    const known = list.value ?? []
    const others = known.filter(({ id }) => id !== opinionId)
    if (opinion === null) list.value = others
    else if (others.length === known.length) list.value = [opinion, ...known]
    else list.value = known.map((one) => (one.id === opinionId ? opinion : one))
  }

  const stops = [
    client.on('opinions.changed', (event) => {
      if (event.datasetId === datasetId) put(event.opinionId, event.opinion)
    }),
    onResync(() => void load()),
  ]
  onScopeDispose(() => stops.forEach((stop) => stop()))
  // Labels and classes may have changed meanwhile: what they mean for a pass is told with it.
  watch(() => dataset().version, load, { immediate: true })
  return { list, error, load }
}
