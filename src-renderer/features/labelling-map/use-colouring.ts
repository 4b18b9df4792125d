import type { Dataset } from '@contract/datasets.ts'
import type { GraftError } from '@contract/errors.ts'
import { useDebounceFn } from '@vueuse/core'
import { computed, type ComputedRef, onScopeDispose, type Ref, ref, type ShallowRef, shallowRef, watch } from 'vue'
import { client, toGraftError } from '../../app/client.ts'
import { onResync } from '../../app/connection.ts'
import { SPLIT_NAMES } from '../data/splits.ts'
import type { LiveHead } from '../labelling/use-live-head.ts'
import { type ColourBy, colourByName, type MapColouring, type PointValues, rightAndWrong } from './map-colouring.ts'
import { labelValues, predictionValues, renewed, splitValues, suggestionValues, type ValuesOf } from './read-values.ts'

export interface Colouring {
  readonly by: Ref<ColourBy>
  /** For predictions. */
  readonly runId: Ref<string | null>
  readonly colouring: ComputedRef<MapColouring>
  /** Predictions read so far; null: nothing is read. */
  readonly reading: Ref<number | null>
  readonly error: ShallowRef<GraftError | null>
  reload(): Promise<void>
}

interface ColouringOptions {
  readonly dataset: () => Dataset
  readonly column: () => string
  readonly classes: () => readonly string[]
  readonly head: LiveHead
  readonly items: () => number
}

/** More than so many changed items are not asked for one by one. */
const FEW = 1000
const NONE: Readonly<Record<ColourBy, string>> = {
  label: 'No label',
  suggestion: 'No suggestion',
  split: 'No split',
  prediction: 'No prediction',
  right: 'No prediction',
}

/** What the colours of the points say, kept true while labels, splits and suggestions change: places stay as they are. */
export function useColouring({ dataset, column, classes, head, items }: ColouringOptions): Colouring {
  const by = ref<ColourBy>(classes().length > 0 ? 'label' : 'split')
  const runId = ref<string | null>(null)
  const values = shallowRef<PointValues>({ names: [], values: new Int16Array(0) })
  const reading = ref<number | null>(null)
  const error = shallowRef<GraftError | null>(null)
  const of = (): ValuesOf => ({ datasetId: dataset().id, column: column(), items: items() })
  let asked = 0

  async function read(mine: number): Promise<PointValues> {
    if (by.value === 'label') return labelValues(of(), classes())
    if (by.value === 'split') return splitValues(of())
    if (by.value === 'suggestion') return suggestionValues(of())
    if (runId.value === null) return { names: [], values: new Int16Array(items()).fill(-1) }
    reading.value = 0
    const found = await predictionValues(of(), runId.value, (done) => {
      if (mine === asked && done % FEW === 0) reading.value = done
    })
    return by.value === 'right' ? found.right : found.predicted
  }

  async function attempt(ask: (mine: number) => Promise<PointValues>): Promise<void> {
    const mine = ++asked
    try {
      const next = await ask(mine)
      if (mine !== asked) return
      values.value = next
      error.value = null
    } catch (caught) {
      if (mine === asked) error.value = toGraftError(caught)
    }
    if (mine === asked) reading.value = null
  }
  const reload = (): Promise<void> => attempt(read)
  const reloadSoon = useDebounceFn(reload, 250, { maxWait: 1000 })

  async function renew(ids: readonly number[] | null): Promise<void> {
    const name = column()
    const isLabel = by.value === 'label'
    if (!isLabel && by.value !== 'split') return
    if (ids === null || ids.length > FEW) return void (await reloadSoon())
    await attempt(async (mine) => {
      const next = await renewed(of(), values.value, ids, (item) => {
        if (!isLabel) return SPLIT_NAMES[item.split]
        const label = item.labels[name]
        return label === null || label === undefined ? null : String(label)
      })
      return next ?? (await read(mine))
    })
  }

  const stops = [
    client.on('datasets.changed', (event) => {
      if (event.datasetId === dataset().id && event.dataset !== null) void renew(event.itemIds)
    }),
    onResync(() => void reload()),
  ]
  onScopeDispose(() => {
    asked++
    stops.forEach((stop) => stop())
  })
  watch([by, runId, column, items, () => classes().join('\n')], () => void reload(), { immediate: true })
  watch(
    () => head.state.value?.head?.fit,
    () => by.value === 'suggestion' && void reloadSoon(),
  )

  return {
    by,
    runId,
    colouring: computed(() => (by.value === 'right' ? rightAndWrong : colourByName)(values.value, NONE[by.value])),
    reading,
    error,
    reload,
  }
}
