import type { Split } from '@contract/datasets.ts'
import { Check, CircleHelp, Pencil, Replace } from '@lucide/vue'
import type { Component } from 'vue'

export type Decision = 'kept' | 'taken' | 'unsure'
/** otherwise: the label is neither of the two by now. */
export type Verdict = 'open' | Decision | 'otherwise'

/** An item with two labels, of which a person keeps one. */
export interface Pair {
  readonly item: number
  readonly path: string
  readonly split: Split
  readonly first: string
  readonly second: string
  /** Beside it in the list, e.g. how doubtful it is. */
  readonly note: string
  readonly verdict: Verdict
}

/** What the two labels are. */
export interface PairWords {
  readonly first: string
  readonly second: string
}

/** How a decision is shown: never by colour alone. */
export const VERDICTS: Readonly<
  Record<Exclude<Verdict, 'open'>, { label: string; icon: Component; tone: 'action' | 'warn' | 'neutral' }>
> = {
  kept: { label: 'kept', icon: Check, tone: 'neutral' },
  taken: { label: 'taken', icon: Replace, tone: 'action' },
  unsure: { label: 'unsure', icon: CircleHelp, tone: 'warn' },
  otherwise: { label: 'labelled otherwise', icon: Pencil, tone: 'neutral' },
}
