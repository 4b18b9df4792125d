import type { Dataset, LabelColumn } from '@contract/datasets.ts'
import { computed, type ComputedRef, ref, type Ref, watch } from 'vue'
import { useShortcuts } from '../../app/shortcuts.ts'
import { useToasts } from '../../stores/toasts.ts'
import { targets } from '../data/item-selection.ts'
import type { Items } from '../data/use-items.ts'
import type { Labelling } from '../data/use-labelling.ts'
import { usePreparations } from './preparations.ts'
import { usePictureOffer } from './picture-offer.ts'
import { SUGGESTION_KEYS, suggestionKeys } from './suggestion-keys.ts'
import { type Accepting, useAccept } from './use-accept.ts'
import { type LiveHead, useLiveHead } from './use-live-head.ts'
import { type NextOrder, useNextOrder } from './use-next-order.ts'
import { type Similar, useSimilar } from './use-similar.ts'
import { type Suggestions, useSuggestions } from './use-suggestions.ts'

/** Everything that a model does while one labels. */
export interface Suggesting {
  /** Pictures with classes to choose from. */
  readonly isOffered: ComputedRef<boolean>
  readonly head: LiveHead
  readonly suggestions: Suggestions
  readonly accepting: Accepting
  readonly order: NextOrder
  /** The list of orders is open. */
  readonly choosing: Ref<boolean>
  readonly similar: Similar
  /** What is marked, or the one under the cursor, and what is like it. */
  findSimilar(): void
  acceptAll(): void
}

export interface SuggestingOptions {
  readonly dataset: () => Dataset
  readonly column: () => string
  readonly labelColumn: () => LabelColumn | null
  readonly items: Items
  readonly labelling: Labelling
  /** One large image instead of the grid. */
  readonly single: Ref<boolean>
}

/** Above which suggestions are looked through first. */
const SURE = 0.95

export function useSuggesting(options: SuggestingOptions): Suggesting {
  const { dataset, column, labelColumn, items, labelling, single } = options
  const preparations = usePreparations()
  const toasts = useToasts()
  const choosing = ref(false)
  const classes = computed(() => labelColumn()?.classes ?? [])
  const head = useLiveHead(dataset, column)
  const suggestions = useSuggestions(dataset, column, () => classes.value, head)
  const accepting = useAccept(dataset, column, items, labelling, suggestions)
  const order = useNextOrder(dataset, column, items, () => void head.reload())
  const similar = useSimilar(dataset, items)
  const isOffered = computed(() => dataset().kind === 'image' && labelColumn()?.type === 'classification')

  /** Of what is marked, or of the item under the cursor. */
  function findSimilar(): void {
    if (head.hasFeatures.value) return void similar.find(targets(items.selection.value, items.order.value))
    toasts.show('Finding what is alike needs the features of the images.', {
      action: { label: 'Prepare them', run: () => preparations.ask(dataset().id, true) },
    })
  }

  function findLike(source: string, label: string): void {
    single.value = false
    void similar.findLike(source, label)
  }

  const acceptAll = (): void => void (accepting.review.value = { above: SURE })

  useShortcuts(
    SUGGESTION_KEYS,
    suggestionKeys({
      isReady: () => head.phase.value === 'ready',
      hasFeatures: () => head.hasFeatures.value,
      inGrid: () => isOffered.value && !single.value,
      isOrdered: () => order.choice.value !== 'imported',
      canLeave: () => similar.to.value !== null && items.selection.value.ids.size === 0,
      accept: () => void accepting.acceptMarked(),
      acceptAll,
      chooseOrder: () => (choosing.value = true),
      next: () => void order.next(),
      findSimilar,
      leave: () => void similar.leave(),
    }),
  )
  keepPossible(options, head, order)
  usePictureOffer(() => (isOffered.value && head.hasFeatures.value ? { datasetName: dataset().name, findLike } : null))
  return { isOffered, head, suggestions, accepting, order, choosing, similar, findSimilar, acceptAll }
}

/** An order and a likeness need the features, an order its column: without them the grid shows all items again. */
function keepPossible({ items, column }: SuggestingOptions, head: LiveHead, order: NextOrder): void {
  watch(head.phase, (now) => {
    if (now !== 'unknown' && !head.hasFeatures.value && items.listing.value !== null) void items.show(null)
  })
  watch(column, () => {
    if (order.choice.value !== 'imported') void order.choose('imported')
  })
}
