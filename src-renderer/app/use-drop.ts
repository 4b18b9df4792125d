import { onScopeDispose, type Ref, ref } from 'vue'
import { sourceOfFiles } from './client.ts'
import { droppedFiles } from './dropped-files.ts'
import type { Picked } from './picker.ts'

/** Takes files dropped on an element. `over` is true while a drag is above it; `progress` counts files that a browser
 *  copies over. Bind `handlers` with v-bind / v-on. */
export function useDrop(
  onDrop: (picked: Picked) => void,
  onError: (error: unknown) => void,
): {
  over: Ref<boolean>
  progress: Ref<{ done: number; total: number } | null>
  handlers: Record<'dragenter' | 'dragover' | 'dragleave' | 'drop', (event: DragEvent) => void>
} {
  const over = ref(false)
  const progress = ref<{ done: number; total: number } | null>(null)
  let depth = 0
  let alive = true
  onScopeDispose(() => (alive = false))

  async function take(event: DragEvent): Promise<void> {
    const transfer = event.dataTransfer
    if (transfer === null) return
    const first = transfer.files[0]?.name ?? 'dropped files'
    const label = transfer.files.length > 1 ? `${transfer.files.length} dropped files` : first
    const files = await droppedFiles(transfer)
    if (files.length === 0) return
    progress.value = { done: 0, total: files.length }
    const source = await sourceOfFiles(files, (done, total) => (progress.value = { done, total }))
    if (alive) onDrop({ source, label })
  }

  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false
  return {
    over,
    progress,
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
        take(event)
          .catch(onError)
          .finally(() => (progress.value = null))
      },
    },
  }
}
