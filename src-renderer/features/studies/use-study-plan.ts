import type { GraftError } from '@contract/errors.ts'
import type { StudyPlan, StudySpecInput } from '@contract/studies.ts'
import { onScopeDispose, ref, type Ref, shallowRef, type ShallowRef, watch } from 'vue'
import { client, toGraftError } from '../../app/client.ts'

const DELAY_MS = 150

/** What a study would cost and what is wrong with it, a moment after each change. null: no study to ask about. */
export function useStudyPlan(study: Ref<StudySpecInput | null>): {
  plan: ShallowRef<StudyPlan | null>
  error: ShallowRef<GraftError | null>
  isPlanning: Ref<boolean>
} {
  const plan = shallowRef<StudyPlan | null>(null)
  const error = shallowRef<GraftError | null>(null)
  const isPlanning = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let request = 0

  async function ask(of: StudySpecInput): Promise<void> {
    const mine = ++request
    try {
      const found = await client.call('studies.plan', { study: of })
      if (mine !== request) return
      plan.value = found
      error.value = null
    } catch (problem) {
      if (mine === request) error.value = toGraftError(problem)
    } finally {
      if (mine === request) isPlanning.value = false
    }
  }

  watch(
    () => JSON.stringify(study.value),
    () => {
      clearTimeout(timer)
      request++
      isPlanning.value = study.value !== null
      const wanted = study.value
      if (wanted !== null) timer = setTimeout(() => void ask(wanted), DELAY_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    request++
  })
  return { plan, error, isPlanning }
}
