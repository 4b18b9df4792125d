import type { Item } from '@contract/datasets.ts'
import type { GraftError } from '@contract/errors.ts'
import type { ExplainInput } from '@contract/explanations.ts'
import type { ImagePrediction } from '@contract/models.ts'
import { onScopeDispose, ref, type Ref, shallowRef, type ShallowRef } from 'vue'
import { client, mediaUrl, sourceOfFiles, toGraftError } from '../../app/client.ts'
import type { DroppedFile } from '../../app/transport.ts'
import { formatInteger } from '../../ui/format.ts'
import { sample } from './model-words.ts'

export interface Trial {
  readonly key: string
  readonly name: string
  /** Address of a picture that can be shown; null for rows of a table. */
  readonly picture: string | null
  /** What the dataset says, per label column. */
  readonly labels: Item['labels'] | null
  readonly values: Item['values']
  readonly result: ImagePrediction
  /** The picture as it can be asked about, and where all of it is; null: it is none. */
  readonly whole: {
    readonly picture: string
    readonly ask: Pick<ExplainInput, 'source' | 'datasetId' | 'itemId'>
  } | null
}

const MOST = 64

/** Predictions for a few pictures or items, newest first. */
export function useTrial(runId: () => string): {
  trials: ShallowRef<readonly Trial[]>
  busy: Ref<boolean>
  error: ShallowRef<GraftError | null>
  /** What of the last files is not shown; null: nothing. */
  leftOut: Ref<string | null>
  tryFiles: (files: readonly DroppedFile[]) => Promise<void>
  tryItems: (
    dataset: { id: string; kind: 'image' | 'table' },
    split: 'test' | 'validation' | 'train',
    count: number,
  ) => Promise<void>
} {
  const trials = shallowRef<readonly Trial[]>([])
  const busy = ref(false)
  const error = shallowRef<GraftError | null>(null)
  const leftOut = ref<string | null>(null)
  const urls: string[] = []
  let next = 1
  onScopeDispose(() => urls.forEach((url) => URL.revokeObjectURL(url)))

  async function attempt(task: () => Promise<readonly Trial[]>): Promise<void> {
    if (busy.value) return
    busy.value = true
    leftOut.value = null
    try {
      const made = await task()
      trials.value = [...made, ...trials.value].slice(0, MOST)
      error.value = null
    } catch (problem) {
      error.value = toGraftError(problem)
    } finally {
      busy.value = false
    }
  }

  function tryFiles(files: readonly DroppedFile[]): Promise<void> {
    return attempt(async () => {
      const taken = files.slice(0, MOST)
      const sources: string[] = []
      for (const file of taken) sources.push(...[await sourceOfFiles([file])].flat())
      const results = await client.call('models.predict', { runId: runId(), sources })
      leftOut.value = leftOutWords(files.length, results.length)
      // One row per picture; a table gives more, and then no picture belongs to a row.
      const paired = results.length === taken.length
      return results.map((result, index) => {
        const file = paired ? taken[index]?.file : undefined
        const picture = file?.type.startsWith('image/') ? URL.createObjectURL(file) : null
        if (picture !== null) urls.push(picture)
        const source = sources.length === taken.length ? sources[index] : undefined
        const whole = picture === null || source === undefined ? null : { picture, ask: { source } }
        return {
          key: `f${next++}`,
          name: file?.name ?? result.name,
          picture,
          labels: null,
          values: null,
          result,
          whole,
        }
      })
    })
  }

  function tryItems(
    dataset: { id: string; kind: 'image' | 'table' },
    split: 'test' | 'validation' | 'train',
    count: number,
  ): Promise<void> {
    return attempt(async () => {
      const all = await client.call('datasets.itemIds', { datasetId: dataset.id, filter: { split } })
      const itemIds = sample(all, count, Math.random)
      if (itemIds.length === 0) return []
      const [results, page] = await Promise.all([
        client.call('models.predict', { runId: runId(), datasetId: dataset.id, itemIds }),
        client.call('datasets.items', { datasetId: dataset.id, filter: { ids: itemIds }, offset: 0, limit: MOST }),
      ])
      const byName = new Map(results.map((result) => [result.name, result]))
      return page.items.flatMap((item) => {
        const result = byName.get(item.name)
        if (result === undefined) return []
        const picture = dataset.kind === 'image' ? mediaUrl('thumb', dataset.id, item.id) : null
        const whole =
          picture === null
            ? null
            : { picture: mediaUrl('image', dataset.id, item.id), ask: { datasetId: dataset.id, itemId: item.id } }
        return [
          { key: `i${next++}`, name: item.name, picture, labels: item.labels, values: item.values, result, whole },
        ]
      })
    })
  }

  return { trials, busy, error, leftOut, tryFiles, tryItems }
}

function leftOutWords(files: number, rows: number): string | null {
  const [count, what] = files > MOST ? [files, 'files'] : [rows, 'predictions']
  if (count <= MOST) return null
  return `Of ${formatInteger(count)} ${what} the first ${MOST} are shown. All of them go to a table under the next tab.`
}
