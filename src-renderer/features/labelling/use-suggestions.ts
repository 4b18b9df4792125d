import type { Dataset } from '@contract/datasets.ts'
import type { Suggestion } from '@contract/labelling.ts'
import { type Ref, watch } from 'vue'
import { client } from '../../app/client.ts'
import { useToasts } from '../../stores/toasts.ts'
import { ItemCache } from '../data/item-cache.ts'
import type { LiveHead } from './use-live-head.ts'

/** null: nothing is suggested for it. */
interface Row {
  readonly id: number
  readonly suggestion: Suggestion | null
}

export interface Suggestions {
  /** Counts up whenever something that is shown may be another. */
  readonly version: Readonly<Ref<number>>
  /** As a tile shows it now; null: none, or of a class that is gone. */
  of(id: number): Suggestion | null
  /** Asks for these where they are unknown or of an older fit. */
  want(ids: readonly number[]): Promise<void>
}

/** What the head suggests for items as they come into view: asked for in batches, and again after each fit. What was suggested before
 *  stays on the tiles until its successor is here. */
export function useSuggestions(
  dataset: () => Dataset,
  column: () => string,
  classes: () => readonly string[],
  head: LiveHead,
): Suggestions {
  const toasts = useToasts()
  const isOn = (): boolean => head.phase.value === 'ready'
  const cache = new ItemCache<Row>(fetchRows, (caught) => toasts.fail(caught))

  async function fetchRows(itemIds: number[]): Promise<readonly Row[]> {
    const { suggestions } = await client.call('labelling.suggestions', {
      datasetId: dataset().id,
      column: column(),
      itemIds,
    })
    const found = new Map(suggestions.map((one) => [one.item, one]))
    return itemIds.map((id) => ({ id, suggestion: found.get(id) ?? null }))
  }

  watch(
    () => head.state.value?.head?.fit,
    () => cache.invalidate(null),
    { flush: 'sync' },
  )
  // Suggestions for another column, or from another base, are not worth showing for a moment.
  watch([column, () => head.state.value?.baseTitle], () => cache.clear(), { flush: 'sync' })

  return {
    version: cache.version,
    of(id) {
      const suggestion = isOn() ? (cache.get(id)?.suggestion ?? null) : null
      return suggestion !== null && classes().includes(suggestion.suggested) ? suggestion : null
    },
    want: async (ids) => {
      if (isOn() && column() !== '') await cache.want(ids)
    },
  }
}
