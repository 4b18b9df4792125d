import type { Dataset } from '@contract/datasets.ts'
import { type Shortcut, useShortcuts } from '../../app/shortcuts.ts'
import { useClassLetters } from '../data/use-class-letters.ts'
import type { Items } from '../data/use-items.ts'
import { labelKeys } from '../data/use-item-keys.ts'
import { type Labelling, useLabelling } from '../data/use-labelling.ts'

/** Labels by the keys of the grid. On the map nothing comes after an item: what was labelled stays marked. */
export function useMapLabelling(
  dataset: () => Dataset,
  column: () => string,
  classes: () => readonly string[],
  items: Items,
): Labelling {
  const labelling = useLabelling(dataset, column, items)
  const staying: Labelling = {
    ...labelling,
    async assign(value) {
      const before = items.selection.value
      const done = labelling.assign(value)
      items.selection.value = before
      await done
    },
    async repeat() {
      const { lastLabel } = labelling
      if (lastLabel.value !== null) await staying.assign(lastLabel.value)
    },
  }
  useClassLetters(dataset().id, column, (name) => void staying.assign(name))
  useShortcuts('Items', labelKeys({ classes, labelling: staying }))
  return staying
}

export const MAP_KEYS = 'Map'
export const SHOW_IN_GRID = 'Show what is marked in the grid'

export function mapKeys(does: {
  readonly fit: () => void
  readonly zoom: (factor: number) => void
  readonly nextTool: () => void
  readonly canClear: () => boolean
  readonly clear: () => void
  readonly show: () => void
  readonly findSimilar: () => void
}): Shortcut[] {
  return [
    { keys: 'f', label: 'See the whole map', run: does.fit },
    { keys: ['+', 'shift++', '='], label: 'Nearer', run: () => does.zoom(1.3) },
    { keys: '-', label: 'Farther', run: () => does.zoom(1 / 1.3) },
    { keys: 'd', label: 'Next tool: move, lasso, rectangle', run: does.nextTool },
    { keys: 'o', label: SHOW_IN_GRID, when: does.canClear, run: does.show },
    { keys: 's', label: 'Find what is like the marked, in the grid', when: does.canClear, run: does.findSimilar },
    { keys: 'escape', label: 'Mark nothing', when: does.canClear, run: does.clear },
  ]
}
