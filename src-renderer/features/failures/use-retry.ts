import type { Failure } from '@contract/failures.ts'
import type { Job } from '@contract/workspace.ts'
import { ref, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { useFailures } from './failures-store.ts'
import { useJobs } from '../../stores/jobs.ts'
import { useToasts } from '../../stores/toasts.ts'
import { modelPlace } from './failure-words.ts'

/** Tries failed work again; says when it is done, wherever the user is by then. A second failure says itself. */
export function useRetry(): { busy: Ref<boolean>; retry: (failure: Failure) => Promise<void> } {
  const failures = useFailures()
  const jobs = useJobs()
  const toasts = useToasts()
  const router = useRouter()
  const busy = ref(false)

  async function retry(failure: Failure): Promise<void> {
    busy.value = true
    try {
      const job = await failures.retry(failure)
      if (job !== null) void follow(job, failure)
    } catch (error) {
      toasts.fail(error)
    }
    busy.value = false
  }

  async function follow({ id, title }: Job, failure: Failure): Promise<void> {
    const ended = await jobs.finished(id)
    if (ended.status !== 'done') return
    const to = resultPlace(ended, failure)
    const written = ended.kind === 'export-dataset' ? ended.result?.['folder'] : ended.result?.['csv']
    toasts.show(`${title}: done`, {
      tone: 'action',
      ...(typeof written === 'string' ? { detail: written, stays: true } : {}),
      action: to === null ? null : { label: 'Show', run: () => void router.push(to) },
    })
  }
  return { busy, retry }
}

function resultPlace({ kind, result }: Job, { runId }: Failure): string | null {
  if (kind === 'import' || kind === 'label') return `/data/${String(result?.['datasetId'] ?? '')}`
  if (kind === 'import-model') return `/models/${encodeURIComponent(String(result?.['modelId'] ?? ''))}`
  if (kind === 'analyse' || kind === 'measure-precision') return '/bench'
  if (kind === 'run-model' || kind === 'measure-speed' || kind === 'export-dataset') return null
  return runId === null ? null : modelPlace(kind, runId)
}
