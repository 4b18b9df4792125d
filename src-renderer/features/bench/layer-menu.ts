import {
  ArrowDownToLine,
  ArrowUpFromLine,
  Pencil,
  Plus,
  Replace,
  Scissors,
  Snowflake,
  Sprout,
  Trash2,
} from '@lucide/vue'
import type { useBenchStore } from './bench-store.ts'
import type { MenuItem } from '../../ui/menu-item.ts'
import type { BenchView } from './bench-view.ts'
import { effectiveHeads, freeColumns, headIndex, withHead, withoutHead } from './heads.ts'
import { layersOf } from './plan-edits.ts'

/** Right click on a block or layer: every gesture by name. */
export function layerMenu(
  store: ReturnType<typeof useBenchStore>,
  view: BenchView,
  replace: (layer: string) => void,
): MenuItem[] {
  const id = view.focus.value
  const { tree } = store
  if (id === null || !tree) return []
  const names = layersOf(tree, id)
  const isInBase = names.some((name) => store.baseLayers.has(name))
  const hasWeights = names.some((name) => (tree.byName.get(name)?.parameters ?? 0) > 0)
  const canSet = isInBase && hasWeights
  const layer = tree.blockByName.has(id) ? undefined : tree.byName.get(id)
  return [
    { label: 'Freeze', icon: Snowflake, disabled: !canSet, run: () => view.set(id, 'frozen') },
    { label: 'Train', icon: Pencil, disabled: !canSet || !store.isPretrained, run: () => view.set(id, 'trained') },
    { label: 'Make fresh', icon: Sprout, disabled: !canSet, run: () => view.set(id, 'fresh') },
    {
      label: 'Freeze up to here',
      icon: ArrowDownToLine,
      shortcut: 'u',
      separator: true,
      disabled: !isInBase,
      run: () => view.freezeUpTo(id),
    },
    {
      label: 'Train from here',
      icon: ArrowUpFromLine,
      shortcut: 't',
      disabled: !isInBase,
      run: () => view.trainFrom(id),
    },
    {
      label: 'Cut here',
      icon: Scissors,
      shortcut: 'c',
      separator: true,
      disabled: !isInBase,
      run: () => view.cutAt(id),
    },
    { label: 'Keep the whole base', disabled: store.spec.cut === undefined, run: () => view.uncut() },
    {
      label: 'Replace this layer',
      icon: Replace,
      disabled: !isInBase || layer?.inputs.length !== 1,
      run: () => replace(id),
    },
    ...headItems(store, id),
    ...(tree.blockByName.has(id)
      ? [
          {
            label: view.open.value.has(id) ? 'Close' : 'Open',
            separator: true,
            shortcut: 'enter',
            run: () => view.setOpen(id, !view.open.value.has(id)),
          },
        ]
      : []),
  ]
}

/** On an output: take its head away, or add one for the next label column. */
function headItems(store: ReturnType<typeof useBenchStore>, id: string): MenuItem[] {
  if (!store.tree?.byName.get(id)?.isOutput) return []
  const heads = effectiveHeads(store.spec, store.dataset)
  const [column] = freeColumns(store.spec, store.dataset)
  return [
    {
      label: column ? `Add a head for ${column.name}` : 'Add a head',
      icon: Plus,
      shortcut: 'h',
      separator: true,
      disabled: column === undefined,
      run: () => store.edit(withHead(store.spec, store.dataset)),
    },
    {
      label: 'Remove this head',
      icon: Trash2,
      shortcut: 'delete',
      disabled: heads.length < 2,
      run: () => removeHead(store, id),
    },
  ]
}

/** Removes the head whose output has the focus; the last one stays. */
export function removeHead(store: ReturnType<typeof useBenchStore>, id: string | null): void {
  const heads = effectiveHeads(store.spec, store.dataset)
  const index = headIndex(heads, id)
  if (index >= 0 && heads.length > 1) store.edit(withoutHead(store.spec, store.dataset, index))
}
