import { useToasts } from '../../stores/toasts.ts'
import { copyText } from './copy-text.ts'

/** Copies a text and says so: `said` what was copied, `detail` what it is good for. */
export function useCopy(): (text: string, said: string, detail?: string) => Promise<void> {
  const toasts = useToasts()
  return async (text, said, detail) => {
    try {
      await copyText(text)
      toasts.show(said, detail === undefined ? {} : { detail })
    } catch (error) {
      toasts.fail(error)
    }
  }
}
