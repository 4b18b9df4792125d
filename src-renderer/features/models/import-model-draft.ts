import type { ModelInspection, Preparation } from '@contract/imports.ts'
import { formatInteger, plural } from '../../ui/format.ts'

/** A way to prepare pixels as the form offers it; `file`: as the file says, `numbers`: those that are typed. */
export type PreparationChoice = Extract<Preparation, string> | 'file' | 'numbers'

export interface ImportModelDraft {
  readonly name: string
  /** null: not chosen, and the file does not say. */
  readonly choice: PreparationChoice | null
  readonly mean: string
  readonly std: string
  readonly licence: string
  readonly trainedOn: string
  readonly shared: boolean
}

/** Before anything is said. */
export const EMPTY_DRAFT: ImportModelDraft = {
  name: '',
  choice: null,
  mean: '0.5, 0.5, 0.5',
  std: '0.5, 0.5, 0.5',
  licence: '',
  trainedOn: '',
  shared: false,
}

const NAMES: readonly { readonly value: PreparationChoice; readonly label: string }[] = [
  { value: '0..1', label: '0 to 1' },
  { value: '-1..1', label: '-1 to 1' },
  { value: 'imagenet', label: 'ImageNet’s mean and spread' },
  { value: 'caffe', label: 'Blue, green, red, less the mean (Caffe)' },
  { value: 'raw', label: '0 to 255 as they are' },
  { value: 'numbers', label: 'Other numbers' },
]

/** What may be chosen for a file. */
export function preparationChoices(fileSays: boolean) {
  return fileSays ? [{ value: 'file' as const, label: 'As the file or its family says' }, ...NAMES] : [...NAMES]
}

export function modelDraftOf(seen: ModelInspection, taken: readonly string[]): ImportModelDraft {
  const choice = seen.preprocessing === null ? null : 'file'
  return { ...EMPTY_DRAFT, name: freeName(seen.name, taken), choice }
}

/** What the contract is told: absent where the file decides; null where the typed numbers are none. */
export function preparationOf({ choice, mean, std }: ImportModelDraft): Preparation | undefined | null {
  if (choice === null || choice === 'file') return undefined
  if (choice !== 'numbers') return choice
  const [means, spreads] = [numbersOf(mean), numbersOf(std)]
  const isUsable =
    means !== null && spreads !== null && means.length === spreads.length && spreads.every((one) => one > 0)
  return isUsable ? { mean: means, std: spreads } : null
}

/** What keeps the import from starting; null: nothing. */
export function modelDraftProblem(draft: ImportModelDraft, taken: readonly string[]): string | null {
  const name = draft.name.trim()
  if (name === '') return 'Give the model a name.'
  if (isTaken(name, taken)) return 'There is an imported model of this name.'
  if (preparationOf(draft) === null) return 'Give as many means as spreads, one per channel; spreads are above 0.'
  return null
}

/** What the file holds, as labels and values. */
export function seenFacts(seen: ModelInspection): readonly (readonly [string, string])[] {
  const [height, width, channels] = seen.inputShape
  return [
    ['Format', seen.format],
    ['Family', seen.family ?? 'not known; the layers are drawn as the file has them'],
    ['Input', `${height} x ${width} pixels, ${channels === 1 ? 'grey' : 'colour'}`],
    ['Layers', formatInteger(seen.layers)],
    ['Parameters', formatInteger(seen.parameters)],
    ['Classes', classWords(seen.classes)],
  ]
}

function classWords(classes: ModelInspection['classes']): string {
  if (classes === null) return 'names not known'
  const shown = classes.slice(0, 6).join(', ')
  return `${plural(classes.length, 'class', 'classes')}: ${shown}${classes.length > 6 ? ', ...' : ''}`
}

function numbersOf(text: string): number[] | null {
  const parts = text.split(/[,;\s]+/).filter(Boolean)
  const values = parts.map(Number)
  return values.length > 0 && values.length <= 3 && values.every(Number.isFinite) ? values : null
}

function isTaken(name: string, taken: readonly string[]): boolean {
  return taken.some((other) => other.toLowerCase() === name.toLowerCase())
}

function freeName(name: string, taken: readonly string[]): string {
  let candidate = name
  for (let number = 2; isTaken(candidate, taken); number++) candidate = `${name} ${number}`
  return candidate
}
