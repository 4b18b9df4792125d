import type { ExperimentSpecInput } from '@contract/spec.ts'
import type { Job } from '@contract/workspace.ts'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { client } from '../../app/client.ts'
import { onResync } from '../../app/connection.ts'
import { useJobs } from '../../stores/jobs.ts'
import { useToasts } from '../../stores/toasts.ts'
import { useWorkspace } from '../../stores/workspace.ts'

/** Measurements of the precisions of a frozen part: the one under way, and the one that failed. */
export const usePrecisionStore = defineStore('precision', () => {
  const jobs = useJobs()
  const toasts = useToasts()
  const workspace = useWorkspace()
  /** Grows whenever what was measured may be another than before. */
  const revision = ref(0)
  const failed = shallowRef<{ readonly job: Job; readonly key: string } | null>(null)
  /** Whoever has started it: the job goes on while another screen is looked at. */
  const job = computed(() => jobs.running.find(({ kind }) => kind === 'measure-precision') ?? null)

  async function measure(spec: ExperimentSpecInput): Promise<void> {
    if (job.value !== null) return
    failed.value = null
    const asked = withoutPrecision(spec)
    try {
      const { jobId } = await client.call('precision.measure', { spec: asked })
      const ended = await jobs.finished(jobId)
      if (ended.status === 'failed') failed.value = { job: ended, key: JSON.stringify(asked) }
    } catch (problem) {
      toasts.fail(problem)
    }
  }

  /** The measurement of just that spec, where it failed last. */
  function failureOf(spec: ExperimentSpecInput): Job | null {
    return failed.value?.key === JSON.stringify(withoutPrecision(spec)) ? failed.value.job : null
  }

  // Tried again from the bar of failures, it is under way like any other.
  watch(job, (now) => now !== null && (failed.value = null))
  client.on('precision.changed', () => revision.value++)
  onResync(() => revision.value++)
  watch(
    () => workspace.state?.path,
    () => {
      failed.value = null
      revision.value++
    },
    { flush: 'sync' },
  )
  return { revision, job, failureOf, measure }
})

/** All are measured, whichever is chosen: one that is refused is no reason to measure none. */
export function withoutPrecision({ prefixPrecision: _chosen, ...rest }: ExperimentSpecInput): ExperimentSpecInput {
  return rest
}
