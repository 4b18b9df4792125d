import type { GraftError } from '@contract/errors.ts'
import type { StudyDetail } from '@contract/studies.ts'
import { onScopeDispose, type Ref, shallowRef, type ShallowRef, watch } from 'vue'
import { client, toGraftError } from '../../app/client.ts'
import { onResync } from '../../app/connection.ts'

/** While runs train, results are fetched anew this often at most. */
const REFRESH_MS = 700

/** One study with its results, kept up to date while it is shown. */
export function useStudy(
  studyId: Ref<string>,
  metric: Ref<string | null>,
): { detail: ShallowRef<StudyDetail | null>; error: ShallowRef<GraftError | null>; load: () => Promise<void> } {
  const detail = shallowRef<StudyDetail | null>(null)
  const error = shallowRef<GraftError | null>(null)
  let request = 0
  let timer: ReturnType<typeof setTimeout> | null = null

  async function load(): Promise<void> {
    const mine = ++request
    try {
      const input = { studyId: studyId.value, ...(metric.value === null ? {} : { metric: metric.value }) }
      const found = await client.call('studies.get', input)
      if (mine !== request) return
      detail.value = found
      error.value = null
    } catch (problem) {
      if (mine === request) error.value = toGraftError(problem)
    }
  }

  function soon(): void {
    timer ??= setTimeout(() => {
      timer = null
      void load()
    }, REFRESH_MS)
  }

  const stops = [
    client.on('studies.changed', ({ studyId: id, study }) => {
      if (id !== studyId.value || study === null) return
      // The last change is shown at once.
      if (study.status === 'running' || study.status === 'queued') soon()
      else void load()
    }),
    onResync(() => void load()),
  ]
  onScopeDispose(() => {
    stops.forEach((stop) => stop())
    if (timer !== null) clearTimeout(timer)
    request++
  })
  watch([studyId, metric], () => void load(), { immediate: true })
  return { detail, error, load }
}
