import { GraftError } from '@contract/errors.ts'
import { onScopeDispose } from 'vue'
import { useToasts } from '../stores/toasts.ts'
import { isDialogOpen } from '../ui/dialog-stack.ts'
import { hasFiles, labelOfDrop } from './dropped-files.ts'

/** Files that are dropped where nothing takes them are answered in words, and never replace the page. */
export function useStrayDrops(): void {
  const toasts = useToasts()
  const dropped = (event: DragEvent): void => {
    const isTaken = event.defaultPrevented
    event.preventDefault()
    if (!isTaken && event.dataTransfer !== null && hasFiles(event)) toasts.fail(stray(labelOfDrop(event.dataTransfer)))
  }
  window.addEventListener('drop', dropped)
  onScopeDispose(() => window.removeEventListener('drop', dropped))
}

function stray(label: string): GraftError {
  const place = isDialogOpen() ? 'this dialog' : 'this place'
  return new GraftError('E_INPUT', `Nothing was done with “${label}”: ${place} takes no files.`, {
    fix: `${isDialogOpen() ? 'Close the dialog; then drop' : 'Drop'} a model on Models, pictures and tables on Data.`,
  })
}
