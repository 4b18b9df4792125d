import { Check, CircleHelp, Pencil, Replace } from '@lucide/vue'
import type { Component } from 'vue'
import type { Verdict } from './use-doubts.ts'

/** How a decision is shown: never by colour alone. */
export const VERDICTS: Readonly<
  Record<Exclude<Verdict, 'open'>, { label: string; icon: Component; tone: 'action' | 'warn' | 'neutral' }>
> = {
  kept: { label: 'kept', icon: Check, tone: 'neutral' },
  taken: { label: 'taken', icon: Replace, tone: 'action' },
  unsure: { label: 'unsure', icon: CircleHelp, tone: 'warn' },
  otherwise: { label: 'labelled otherwise', icon: Pencil, tone: 'neutral' },
}
