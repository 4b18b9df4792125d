import { useShortcuts } from '../../app/shortcuts.ts'
import { useBenchStore } from './bench-store.ts'
import { freeColumns, withHead } from './heads.ts'
import { removeHead } from './layer-menu.ts'
import type { BenchView } from './bench-view.ts'

export interface BenchActions {
  readonly train: () => void
  readonly search: () => void
  readonly pattern: () => void
  readonly base: () => void
  readonly addLayer: () => void
  readonly fit: () => void
  readonly zoomIn: () => void
  readonly zoomOut: () => void
  readonly view: BenchView
}

/** The bench's keys. Those on layers act on the focused block or layer. */
export function useBenchKeys(actions: BenchActions): void {
  const store = useBenchStore()
  const { view } = actions
  const onFocus = (act: (id: string) => void) => ({
    run: () => view.focus.value !== null && act(view.focus.value),
    when: () => view.focus.value !== null,
  })
  useShortcuts('Bench', [
    { keys: 'ctrl+enter', label: 'Train', run: actions.train, whileTyping: true },
    { keys: 'ctrl+z', label: 'Undo', run: () => store.undo() },
    { keys: ['ctrl+shift+z', 'ctrl+y'], label: 'Redo', run: () => store.redo() },
    { keys: 'ctrl+f', label: 'Find a layer', run: actions.search },
    { keys: 'p', label: 'Layers by pattern', run: actions.pattern },
    { keys: 'b', label: 'Choose the base model', run: actions.base },
    { keys: 'n', label: 'Add a new layer', run: actions.addLayer },
    {
      keys: 'h',
      label: 'Add a head for the next label column',
      run: () => store.edit(withHead(store.spec, store.dataset)),
      when: () => freeColumns(store.spec, store.dataset).length > 0,
    },
    { keys: 'delete', label: 'Remove the focused head', ...onFocus((id) => removeHead(store, id)) },
    { keys: 'u', label: 'Freeze up to here', ...onFocus((id) => view.freezeUpTo(id)) },
    { keys: 't', label: 'Train from here', ...onFocus((id) => view.trainFrom(id)) },
    { keys: 'c', label: 'Cut here', ...onFocus((id) => view.cutAt(id)) },
    { keys: 'r', label: 'Make fresh', ...onFocus((id) => view.set(id, 'fresh')) },
    { keys: 'o', label: 'Open all blocks', run: () => view.setAllOpen(true) },
    { keys: 'shift+o', label: 'Close all blocks', run: () => view.setAllOpen(false) },
    {
      keys: 'v',
      label: 'Graph or list',
      run: () => (view.mode.value = view.mode.value === 'graph' ? 'list' : 'graph'),
    },
    { keys: ['f', '0'], label: 'Fit', run: actions.fit },
    { keys: ['+', '='], label: 'Zoom in', run: actions.zoomIn },
    { keys: '-', label: 'Zoom out', run: actions.zoomOut },
  ])
}
