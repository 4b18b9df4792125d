import type { Dataset } from '@contract/datasets.ts'
import type { Ref } from 'vue'
import { type Shortcut, useShortcuts } from '../../app/shortcuts.ts'
import { digitKeys } from './class-keys.ts'
import { move, moveTo, NOTHING, selectAll } from './item-selection.ts'
import type { Items } from './use-items.ts'
import type { Labelling } from './use-labelling.ts'

export interface ItemKeyOptions {
  readonly dataset: () => Dataset
  readonly classes: () => readonly string[]
  /** The column holds tags: a key gives and takes one, and the mark stays. */
  readonly tags?: () => boolean
  readonly items: Items
  readonly labelling: Pick<Labelling, 'assign' | 'repeat' | 'undo' | 'redo'> & Partial<Pick<Labelling, 'toggle'>>
  /** One large image instead of the grid. */
  readonly single: Ref<boolean>
  /** Columns of the grid, for up and down. */
  readonly columns: () => number
}

/** Keys of grid, table and single view. */
export function useItemKeys(options: ItemKeyOptions): void {
  useShortcuts('Items', [...labelKeys(options), ...walkKeys(options), ...viewKeys(options)])
}

type LabelKeyOptions = Pick<ItemKeyOptions, 'classes' | 'labelling' | 'tags'>

export function labelKeys({ classes, tags = () => false, labelling }: LabelKeyOptions): Shortcut[] {
  const classOf = (digit: string): string | undefined => classes()[digitKeys(classes()).indexOf(digit)]
  const digits = [...'1234567890'].map((digit) => ({
    keys: digit,
    label: `Label with the class of ${digit} and go on`,
    when: () => classOf(digit) !== undefined,
    run: () => void (tags() ? labelling.toggle?.(classOf(digit)!) : labelling.assign(classOf(digit) ?? null)),
  }))
  return [
    ...digits,
    { keys: '-', label: 'None of the tags, and go on', when: tags, run: () => void labelling.assign([]) },
    { keys: 'r', label: 'Repeat the label of the item before', run: () => void labelling.repeat() },
    { keys: ['delete', 'backspace'], label: 'Take the label away', run: () => void labelling.assign(null) },
    { keys: ['z', 'ctrl+z'], label: 'Undo', run: () => void labelling.undo() },
    { keys: ['ctrl+shift+z', 'ctrl+y', 'shift+z'], label: 'Redo', run: () => void labelling.redo() },
  ]
}

function walkKeys({ items, single, columns }: ItemKeyOptions): Shortcut[] {
  const step =
    (delta: () => number, extend = false) =>
    () => {
      items.selection.value = move(items.selection.value, items.order.value, delta(), extend && !single.value)
    }
  const to =
    (index: () => number, extend = false) =>
    () => {
      items.selection.value = moveTo(items.selection.value, items.order.value, index(), extend && !single.value)
    }
  const down = (): number => (single.value ? 1 : columns())
  return [
    { keys: ['right', 'f'], label: 'Next item', run: step(() => 1) },
    { keys: ['left', 'd'], label: 'Item before', run: step(() => -1) },
    { keys: 'space', label: 'Skip to the next item', run: step(() => 1) },
    { keys: 'down', label: 'Row below', run: step(() => down()) },
    { keys: 'up', label: 'Row above', run: step(() => -down()) },
    { keys: 'home', label: 'First item', run: to(() => 0) },
    { keys: 'end', label: 'Last item', run: to(() => items.order.value.length - 1) },
    { keys: 'pagedown', label: 'Some rows below', run: step(() => down() * 5) },
    { keys: 'pageup', label: 'Some rows above', run: step(() => -down() * 5) },
    { keys: 'shift+right', label: 'Extend to the right', run: step(() => 1, true) },
    { keys: 'shift+left', label: 'Extend to the left', run: step(() => -1, true) },
    { keys: 'shift+down', label: 'Extend by a row below', run: step(() => down(), true) },
    { keys: 'shift+up', label: 'Extend by a row above', run: step(() => -down(), true) },
    { keys: 'shift+home', label: 'Extend to the first item', run: to(() => 0, true) },
    { keys: 'shift+end', label: 'Extend to the last item', run: to(() => items.order.value.length - 1, true) },
  ]
}

function viewKeys({ dataset, items, single }: ItemKeyOptions): Shortcut[] {
  const marked = (): boolean => items.selection.value.cursor >= 0
  return [
    {
      keys: 'ctrl+a',
      label: 'Select all',
      when: () => !single.value,
      run: () => (items.selection.value = selectAll(items.selection.value, items.order.value)),
    },
    {
      keys: 'enter',
      label: 'Open the single view, or confirm and go on',
      when: () => marked() && dataset().kind === 'image',
      run: () => {
        if (single.value) items.selection.value = move(items.selection.value, items.order.value, 1, false)
        else single.value = true
      },
    },
    {
      keys: 'escape',
      label: 'Back to the grid, or select nothing',
      when: () => single.value || items.selection.value.ids.size > 0,
      run: () => {
        if (single.value) single.value = false
        else items.selection.value = { ...NOTHING, cursor: items.selection.value.cursor }
      },
    },
  ]
}
