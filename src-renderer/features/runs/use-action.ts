import { ref, type Ref } from 'vue'
import { useToasts } from '../../stores/toasts.ts'

/** Runs one task at a time; `busy` names it, a failure becomes a notice. */
export function useAction(): {
  busy: Ref<string | null>
  act: (name: string, task: () => Promise<void>) => Promise<boolean>
} {
  const busy = ref<string | null>(null)
  const toasts = useToasts()
  async function act(name: string, task: () => Promise<void>): Promise<boolean> {
    if (busy.value !== null) return false
    busy.value = name
    try {
      await task()
      return true
    } catch (error) {
      toasts.fail(error)
      return false
    } finally {
      busy.value = null
    }
  }
  return { busy, act }
}
