import { defineStore } from 'pinia'
import { ref } from 'vue'
import { toGraftError } from '../app/client.ts'

export interface Toast {
  readonly id: number
  readonly tone: 'neutral' | 'action' | 'danger'
  readonly text: string
  /** A second line: what to do. */
  readonly detail: string | null
  readonly action: { label: string; run: () => void } | null
}

/** Short notices at the bottom right: the answer to what was just done here. Errors stay until they are closed; the rest goes after a
 *  few seconds. What fails in the background is a failure (features/failures/failures-store.ts): it outlives the window. */
export const useToasts = defineStore('toasts', () => {
  const list = ref<Toast[]>([])
  let next = 1

  function push(toast: Omit<Toast, 'id'>, seconds: number | null): void {
    const id = next++
    // The same notice twice says nothing new: the newer takes the older's place.
    list.value = [...list.value.filter((other) => other.text !== toast.text).slice(-3), { ...toast, id }]
    if (seconds !== null) window.setTimeout(() => dismiss(id), seconds * 1000)
  }

  /** `stays`: until it is closed. */
  function show(
    text: string,
    more: { detail?: string; tone?: Toast['tone']; action?: Toast['action']; stays?: boolean } = {},
  ): void {
    const { tone = 'neutral', detail = null, action = null } = more
    push({ text, tone, detail, action }, more.stays === true ? null : 6)
  }

  function fail(error: unknown, action: Toast['action'] = null): void {
    const { message, fix } = toGraftError(error)
    push({ text: message, tone: 'danger', detail: fix ?? null, action }, null)
  }

  function dismiss(id: number): void {
    list.value = list.value.filter((toast) => toast.id !== id)
  }

  return { list, show, fail, dismiss }
})
