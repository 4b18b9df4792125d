import { Maximize2, ScanSearch, Sparkles, X } from '@lucide/vue'
import type { MenuItem } from '../../ui/menu-item.ts'
import type { Suggesting } from '../labelling/use-suggesting.ts'

/** What a right click on a tile offers, for what is marked. */
export function itemMenu(suggesting: Suggesting | null, does: { open: () => void; remove: () => void }): MenuItem[] {
  const offered: MenuItem[] = suggesting?.isOffered.value === true ? suggestionItems(suggesting) : []
  return [
    { label: 'Open', icon: Maximize2, shortcut: 'enter', run: does.open },
    ...offered,
    { label: 'Take the label away', icon: X, shortcut: 'delete', separator: true, run: does.remove },
  ]
}

function suggestionItems({ head, accepting, findSimilar }: Suggesting): MenuItem[] {
  return [
    {
      label: 'Accept the suggestion',
      icon: Sparkles,
      shortcut: 'a',
      disabled: head.phase.value !== 'ready',
      run: () => void accepting.acceptMarked(),
    },
    { label: 'Find similar', icon: ScanSearch, shortcut: 's', run: findSimilar },
  ]
}
