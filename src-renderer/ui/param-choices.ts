import { inject, type InjectionKey, type Ref, shallowRef } from 'vue'
import type { ParamField } from '@contract/params.ts'

/** One thing that can be picked: a model, a dataset, a layer. */
export interface Choice {
  readonly value: string
  readonly label: string
  readonly hint?: string
  /** Heading under which it stands. */
  readonly group?: string
}

/** What forms offer for fields that name something of the workspace. The screen around a form provides it. */
export interface ParamChoices {
  readonly models: Ref<readonly Choice[]>
  readonly datasets: Ref<readonly Choice[]>
  /** Of a field of type `names`, or of one text that names a layer; empty: anything may be written. */
  names(field: ParamField): readonly Choice[]
}

export const PARAM_CHOICES: InjectionKey<ParamChoices> = Symbol('param choices')

export function useParamChoices(): ParamChoices {
  return inject(PARAM_CHOICES, () => ({ models: shallowRef([]), datasets: shallowRef([]), names: () => [] }), true)
}

/** What a field of names speaks of, by its own name and label. */
export function subjectOf(
  field: Pick<ParamField, 'name' | 'label'>,
): 'heads' | 'layers' | 'columns' | 'classes' | null {
  const text = `${field.name} ${field.label}`.toLowerCase()
  if (/column/.test(text)) return 'columns'
  if (/layer|block|feature|encoder|stitch/.test(text)) return 'layers'
  if (/head|task|auxiliar|source|target/.test(text)) return 'heads'
  if (/class/.test(text)) return 'classes'
  return null
}

/** Text that lists names, as its help says: "with commas between". */
export function listsNames(field: Pick<ParamField, 'type' | 'help'>): boolean {
  return field.type === 'text' && /\bcommas?\b/.test(field.help)
}

export function namesOf(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
}

/** Choices that contain every word of a search, in their order. */
export function found(choices: readonly Choice[], search: string): Choice[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return choices.filter((choice) => {
    const text = `${choice.label} ${choice.value} ${choice.hint ?? ''} ${choice.group ?? ''}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
