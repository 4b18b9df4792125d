import { inject, type InjectionKey, type Ref } from 'vue'

/** Where exhibits are shown: whose items they speak of, and what a click on a suggestion does. */
export interface ExhibitContext {
  /** The dataset that `itemId`s belong to; null: it is gone. */
  readonly datasetId: Ref<string | null>
  /** Items have pictures. */
  readonly isPicture: Ref<boolean>
  /** Remembers under this name what the user rejected in a review. */
  readonly key: Ref<string>
  /** Brings a change of the spec to the bench. */
  openBench(patch: Readonly<Record<string, unknown>>): void
}

export const EXHIBIT_CONTEXT: InjectionKey<ExhibitContext> = Symbol('exhibits')

export function useExhibitContext(): ExhibitContext {
  const context = inject(EXHIBIT_CONTEXT)
  if (!context) throw new Error('useExhibitContext outside of exhibits')
  return context
}
