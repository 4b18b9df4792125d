import type { Item, Split } from '@contract/datasets.ts'
import type { GraftError } from '@contract/errors.ts'
import type { Prediction } from '@contract/runs.ts'
import { ref, type Ref, shallowRef, type ShallowRef, watch } from 'vue'
import { client, toGraftError } from '../../app/client.ts'

export interface PredictionQuery {
  readonly runId: string
  readonly datasetId: string
  readonly split: Split
  readonly head: string
  readonly expected: string | null
  readonly predicted: string | null
  readonly tag: string | null
  readonly wrongOnly: boolean
}

const PAGE = 60

/** Pages of a run's predictions, with the dataset's items as they are labelled now. */
export function usePredictions(query: () => PredictionQuery): {
  predictions: ShallowRef<readonly Prediction[]>
  items: ShallowRef<ReadonlyMap<number, Item>>
  total: Ref<number>
  loading: Ref<boolean>
  error: ShallowRef<GraftError | null>
  more: () => Promise<void>
  refreshItems: (ids: readonly number[]) => Promise<void>
} {
  const predictions = shallowRef<readonly Prediction[]>([])
  const items = shallowRef<ReadonlyMap<number, Item>>(new Map())
  const total = ref(0)
  const loading = ref(false)
  const error = shallowRef<GraftError | null>(null)
  let request = 0

  async function fetchPage(offset: number): Promise<void> {
    const mine = ++request
    const { runId, split, head, expected, predicted, tag, wrongOnly } = query()
    loading.value = true
    try {
      const page = await client.call('runs.predictions', {
        runId,
        split,
        head,
        wrongOnly,
        offset,
        limit: PAGE,
        ...(expected === null ? {} : { expected }),
        ...(predicted === null ? {} : { predicted }),
        ...(tag === null ? {} : { tag }),
      })
      if (mine !== request) return
      predictions.value = offset === 0 ? page.predictions : [...predictions.value, ...page.predictions]
      total.value = page.total
      error.value = null
      await refreshItems(page.predictions.map((one) => one.itemId))
    } catch (problem) {
      if (mine === request) error.value = toGraftError(problem)
    } finally {
      if (mine === request) loading.value = false
    }
  }

  async function refreshItems(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return
    try {
      const page = await client.call('datasets.items', {
        datasetId: query().datasetId,
        filter: { ids: [...ids] },
        offset: 0,
        limit: 1000,
      })
      items.value = new Map([...items.value, ...page.items.map((item) => [item.id, item] as const)])
    } catch {
      // The dataset may have been removed since; what the run recorded is still shown.
    }
  }

  watch(
    () => JSON.stringify(query()),
    () => {
      predictions.value = []
      total.value = 0
      void fetchPage(0)
    },
    { immediate: true },
  )
  return { predictions, items, total, loading, error, more: () => fetchPage(predictions.value.length), refreshItems }
}
