import { GraftError } from '@contract/errors.ts'
import { onScopeDispose, type Ref, ref } from 'vue'
import { useToasts } from '../stores/toasts.ts'
import { sourceOfFiles } from './client.ts'
import { droppedFiles, hasFiles, labelOfDrop } from './dropped-files.ts'
import { holdsModel } from './holds-model.ts'
import type { Given } from './picker.ts'
import type { DroppedFile } from './transport.ts'

type DragHandlers = Record<'dragenter' | 'dragover' | 'dragleave' | 'drop', (event: DragEvent) => void>

/** An element that files are dropped on. `over` is true while a drag is above it. Bind `handlers` with v-on. */
export function useDropTarget(onDrop: (transfer: DataTransfer) => void): {
  over: Ref<boolean>
  handlers: DragHandlers
} {
  const over = ref(false)
  let depth = 0
  return {
    over,
    handlers: {
      dragenter: (event) => {
        if (hasFiles(event)) over.value = ++depth > 0
      },
      dragover: (event) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
      },
      dragleave: (event) => {
        if (hasFiles(event)) over.value = --depth > 0
      },
      drop: (event) => {
        event.preventDefault()
        depth = 0
        over.value = false
        if (event.dataTransfer !== null && hasFiles(event)) onDrop(event.dataTransfer)
      },
    },
  }
}

/** Takes everything that is dropped on an element, as one source; a model goes to `onModel`, where that is given. `progress` counts
 *  files that a browser copies over. */
export function useDrop(
  onDrop: (given: Given) => void,
  onError: (error: unknown) => void,
  onModel: (given: Given) => void = onDrop,
): ReturnType<typeof useDropTarget> & { progress: Ref<{ done: number; total: number } | null> } {
  const toasts = useToasts()
  const progress = ref<{ done: number; total: number } | null>(null)
  let alive = true
  onScopeDispose(() => (alive = false))

  /** One drop after the other: the answer to the last one comes last. */
  let before = Promise.resolve()

  function take(transfer: DataTransfer): void {
    const label = labelOfDrop(transfer)
    const found = droppedFiles(transfer)
    // Its failure is told in its turn.
    found.catch(() => undefined)
    before = before
      .then(() => bring(found, label))
      .catch((error: unknown) => (alive ? onError(error) : toasts.fail(error)))
      .finally(() => (progress.value = null))
  }

  async function bring(found: Promise<DroppedFile[]>, label: string): Promise<void> {
    const files = await found
    progress.value = { done: 0, total: files.length }
    const source = await sourceOfFiles(files, (done, total) => (progress.value = { done, total }))
    if (alive) (holdsModel(files) ? onModel : onDrop)({ source, label })
    else toasts.fail(left(label))
  }

  return { ...useDropTarget(take), progress }
}

function left(label: string): GraftError {
  return new GraftError(
    'E_CANCELLED',
    `The screen was left before all of “${label}” was taken: nothing was done with it.`,
    {
      fix: 'Drop it again and stay until it is taken, or choose the folder by its path: then nothing is copied.',
    },
  )
}
