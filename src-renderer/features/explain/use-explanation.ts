import type { GraftError } from '@contract/errors.ts'
import type { Explanation, ExplainInput } from '@contract/explanations.ts'
import { onScopeDispose, ref, type Ref, shallowRef, type ShallowRef, watch } from 'vue'
import { client, toGraftError } from '../../app/client.ts'

/** Answers that are kept: going back to one is at once. */
const KEPT = 24
/** Walking through pictures asks only where it stops. */
const PAUSE_MS = 150

/** What a model looks at, asked anew whenever the question changes; the last answer stays until the next one is there. */
export function useExplanation(question: () => ExplainInput): {
  explanation: ShallowRef<Explanation | null>
  busy: Ref<boolean>
  error: ShallowRef<GraftError | null>
  retry: () => void
} {
  const explanation = shallowRef<Explanation | null>(null)
  const busy = ref(false)
  const error = shallowRef<GraftError | null>(null)
  const known = new Map<string, Explanation>()
  let timer: ReturnType<typeof setTimeout> | null = null
  let request = 0

  async function ask(key: string): Promise<void> {
    const mine = ++request
    try {
      const found = await client.call('models.explain', question())
      known.set(key, found)
      for (const old of [...known.keys()].slice(0, -KEPT)) known.delete(old)
      if (mine === request) explanation.value = found
    } catch (problem) {
      if (mine === request) error.value = toGraftError(problem)
    } finally {
      if (mine === request) busy.value = false
    }
  }

  function start(): void {
    const key = JSON.stringify(question())
    if (timer !== null) clearTimeout(timer)
    request++
    error.value = null
    const found = known.get(key)
    busy.value = found === undefined
    if (found !== undefined) explanation.value = found
    else timer = setTimeout(() => void ask(key), PAUSE_MS)
  }

  watch(() => JSON.stringify(question()), start, { immediate: true })
  onScopeDispose(() => {
    request++
    if (timer !== null) clearTimeout(timer)
  })
  return { explanation, busy, error, retry: start }
}
