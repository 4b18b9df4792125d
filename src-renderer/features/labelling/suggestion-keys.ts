import type { Shortcut } from '../../app/shortcuts.ts'

/** Scope and labels of the keys, by which they are found where they are bound anew. */
export const SUGGESTION_KEYS = 'Suggestions'
export const ACCEPT = 'Accept the suggestion and go on'
export const ACCEPT_ALL = 'Accept all that are sure enough'
export const CHOOSE_ORDER = 'Choose what to label next'
export const NEXT_BATCH = 'Next batch in this order'
export const FIND_SIMILAR = 'Find similar items'

export interface SuggestionActions {
  /** A head has learnt. */
  readonly isReady: () => boolean
  readonly hasFeatures: () => boolean
  readonly inGrid: () => boolean
  readonly isOrdered: () => boolean
  /** What is similar is shown, and nothing is marked that Escape would let go first. */
  readonly canLeave: () => boolean
  readonly accept: () => void
  readonly acceptAll: () => void
  readonly chooseOrder: () => void
  readonly next: () => void
  readonly findSimilar: () => void
  readonly leave: () => void
}

export function suggestionKeys(actions: SuggestionActions): Shortcut[] {
  const { inGrid } = actions
  return [
    { keys: 'a', label: ACCEPT, when: actions.isReady, run: actions.accept },
    { keys: 'shift+a', label: ACCEPT_ALL, when: () => inGrid() && actions.isReady(), run: actions.acceptAll },
    { keys: 'o', label: CHOOSE_ORDER, when: () => inGrid() && actions.hasFeatures(), run: actions.chooseOrder },
    { keys: 'n', label: NEXT_BATCH, when: () => inGrid() && actions.isOrdered(), run: actions.next },
    { keys: 's', label: FIND_SIMILAR, when: inGrid, run: actions.findSimilar },
    { keys: 'escape', label: 'Leave what is similar', when: () => inGrid() && actions.canLeave(), run: actions.leave },
  ]
}
