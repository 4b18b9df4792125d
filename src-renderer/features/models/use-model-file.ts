import type { GraftError } from '@contract/errors.ts'
import type { ModelInspection, Preparation } from '@contract/imports.ts'
import type { RequestInput } from '@contract/index.ts'
import { ref, type Ref, shallowRef, type ShallowRef } from 'vue'
import { client, toGraftError } from '../../app/client.ts'
import { latestWins } from '../bench/latest-wins.ts'

export type Photo = NonNullable<RequestInput<'models.inspectFile'>['photo']>

/** What is asked of a file. */
export interface FileQuestion {
  readonly source: string
  readonly labels?: string
  readonly preparation?: Preparation
  readonly photo?: Photo
}

/** Milliseconds without a key before a choice is tried. */
const PAUSE = 200

/** What is seen in a file with a model; asked anew with each choice, and only the newest answer counts. */
export function useModelFile(): {
  seen: ShallowRef<ModelInspection | null>
  error: ShallowRef<GraftError | null>
  looking: Ref<boolean>
  ask: (question: FileQuestion) => void
  reset: () => void
} {
  const seen = shallowRef<ModelInspection | null>(null)
  const error = shallowRef<GraftError | null>(null)
  const looking = ref(false)
  const { ask, stop } = latestWins(
    (question: FileQuestion) => client.call('models.inspectFile', question),
    {
      answer(found) {
        seen.value = found
        error.value = null
        looking.value = false
      },
      error(problem) {
        error.value = toGraftError(problem)
        looking.value = false
      },
    },
    PAUSE,
  )
  return {
    seen,
    error,
    looking,
    ask(question) {
      looking.value = true
      ask(question)
    },
    reset() {
      stop()
      seen.value = null
      error.value = null
      looking.value = false
    },
  }
}
