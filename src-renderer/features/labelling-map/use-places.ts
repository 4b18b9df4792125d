import type { GraftError } from '@contract/errors.ts'
import { useLocalStorage } from '@vueuse/core'
import { computed, type ComputedRef, onScopeDispose, type Ref, ref, type ShallowRef, shallowRef, watch } from 'vue'
import { client, toGraftError } from '../../app/client.ts'
import { onResync } from '../../app/connection.ts'
import { unpackFloats } from './unpack.ts'

export type MapMethod = 'pca' | 'umap'

export interface MapProgress {
  /** "UMAP: neighbours" */
  readonly what: string
  /** 0..1; null: not known. */
  readonly share: number | null
}

export interface MapPlaces {
  /** What the user wants to see; PCA is shown until UMAP is there. */
  readonly method: Ref<MapMethod>
  readonly neighbours: Ref<number>
  /** How close together points may lie. */
  readonly minDistance: Ref<number>
  /** x and y of item 1, of item 2 ...; null: nothing yet. */
  readonly places: ShallowRef<Float32Array | null>
  /** Of the shown places; null: nothing is shown. */
  readonly shown: ComputedRef<MapMethod | null>
  /** Of what is computed now; null: nothing is. */
  readonly progress: ShallowRef<MapProgress | null>
  readonly error: ShallowRef<GraftError | null>
  reload(): Promise<void>
  /** Leaves PCA's places, and computes no others. */
  cancel(): void
}

/** Places of a dataset's items: PCA at once, then UMAP where that is wanted. `source` changes with the features that they are of. */
export function usePlaces(datasetId: string, source: () => string): MapPlaces {
  const method = useLocalStorage<MapMethod>('graft.map.method', 'umap')
  const neighbours = useLocalStorage('graft.map.neighbours', 15)
  const minDistance = useLocalStorage('graft.map.min-distance', 0.1)
  const places = shallowRef<Float32Array | null>(null)
  const shown = ref<MapMethod | null>(null)
  const progress = shallowRef<MapProgress | null>(null)
  const error = shallowRef<GraftError | null>(null)
  let asked = 0

  async function show(next: MapMethod, mine: number): Promise<void> {
    progress.value = { what: next === 'pca' ? 'PCA' : 'UMAP', share: null }
    const answer = await client.call('labelling.map', {
      datasetId,
      method: next,
      neighbours: neighbours.value,
      minDistance: minDistance.value,
    })
    if (mine !== asked) return
    places.value = unpackFloats(answer.points)
    shown.value = next
  }

  /** @param fromNothing the places are of other features: PCA comes first again */
  async function load(fromNothing: boolean): Promise<void> {
    const mine = ++asked
    error.value = null
    try {
      if (fromNothing || method.value === 'pca') await show('pca', mine)
      if (mine === asked && method.value === 'umap') await show('umap', mine)
    } catch (caught) {
      const told = toGraftError(caught)
      if (mine === asked && told.code !== 'E_CANCELLED') error.value = told
    }
    if (mine === asked) progress.value = null
  }

  /** What is computed for nobody keeps the computer busy. */
  function stop(): void {
    if (progress.value !== null) void client.call('labelling.stopMap', { datasetId }).catch(() => undefined)
  }

  function change(): void {
    stop()
    void load(places.value === null)
  }

  const stops = [
    client.on('labelling.progressed', (event) => {
      const now = progress.value
      if (event.datasetId !== datasetId || now === null || !event.what.startsWith(now.what.slice(0, 4))) return
      progress.value = { what: event.what, share: event.total === null ? null : event.done / event.total }
    }),
    onResync(() => void load(places.value === null)),
  ]
  onScopeDispose(() => {
    asked++
    stops.forEach((stop) => stop())
  })
  watch(source, () => void load(true), { immediate: true })
  watch([method, neighbours, minDistance], change)

  return {
    method,
    neighbours,
    minDistance,
    places,
    shown: computed(() => shown.value),
    progress,
    error,
    reload: () => load(places.value === null),
    cancel: () => (method.value = 'pca'),
  }
}
