import type { GraftError } from '@contract/errors.ts'
import { onScopeDispose, type Ref, ref, type ShallowRef, shallowRef } from 'vue'
import { client, toGraftError } from '../../app/client.ts'

export interface Answer<T> {
  readonly value: ShallowRef<T | null>
  readonly busy: Ref<boolean>
  readonly error: ShallowRef<GraftError | null>
  /** How far the process with the features is, where it says so. */
  readonly progress: ShallowRef<{ readonly done: number; readonly total: number | null } | null>
  load(): Promise<void>
}

/** An answer of the process with the features, which may take seconds. The last one stays until the next is here; only the newest counts. */
export function useAnswer<T>(datasetId: string, ask: () => Promise<T>): Answer<T> {
  const value = shallowRef<T | null>(null)
  const busy = ref(false)
  const error = shallowRef<GraftError | null>(null)
  const progress = shallowRef<{ done: number; total: number | null } | null>(null)
  let asked = 0

  async function load(): Promise<void> {
    const mine = ++asked
    busy.value = true
    progress.value = null
    try {
      const found = await ask()
      if (mine === asked) [value.value, error.value] = [found, null]
    } catch (caught) {
      if (mine === asked) error.value = toGraftError(caught)
    }
    if (mine === asked) busy.value = false
  }

  const stop = client.on('labelling.progressed', (event) => {
    if (event.datasetId === datasetId && busy.value) progress.value = { done: event.done, total: event.total }
  })
  onScopeDispose(() => {
    asked++
    stop()
  })
  return { value, busy, error, progress, load }
}
