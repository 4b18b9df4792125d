import type { Dataset } from '@contract/datasets.ts'
import type { GraftError } from '@contract/errors.ts'
import type { LabellingState } from '@contract/labelling.ts'
import type { BaseRef } from '@contract/spec.ts'
import type { Job } from '@contract/workspace.ts'
import { computed, type ComputedRef, onScopeDispose, type ShallowRef, shallowRef, watch } from 'vue'
import { client, toGraftError } from '../../app/client.ts'
import { onResync } from '../../app/connection.ts'
import { hasEnded, useJobs } from '../../stores/jobs.ts'
import { useToasts } from '../../stores/toasts.ts'
import { type Phase, phaseOf } from './phase.ts'
import { usePreparations } from './preparations.ts'

export interface LiveHead {
  readonly state: ShallowRef<LabellingState | null>
  readonly phase: ComputedRef<Phase>
  /** Features are there: items can be put in order and compared. */
  readonly hasFeatures: ComputedRef<boolean>
  /** The last preparation that this window knows of. */
  readonly job: ComputedRef<Job | null>
  /** Why asking or starting did not work. */
  readonly error: ShallowRef<GraftError | null>
  start(base?: BaseRef): Promise<void>
  pause(): Promise<void>
  stop(): Promise<void>
  reload(): Promise<void>
}

/** The head that learns while one labels: its state of one dataset and column, kept true by events. */
export function useLiveHead(dataset: () => Dataset, column: () => string): LiveHead {
  const jobs = useJobs()
  const preparations = usePreparations()
  const toasts = useToasts()
  const state = shallowRef<LabellingState | null>(null)
  const error = shallowRef<GraftError | null>(null)
  const datasetId = dataset().id
  let asked = 0

  const job = computed(() => {
    const id = state.value?.jobId ?? preparations.jobOf(datasetId)
    return id === null ? null : jobs.get(id)
  })
  const phase = computed<Phase>(() => phaseOf(state.value, job.value))
  const hasFeatures = computed(() => state.value?.status === 'ready')

  async function reload(): Promise<void> {
    const mine = ++asked
    const name = column()
    try {
      const next = await client.call('labelling.state', { datasetId, ...(name === '' ? {} : { column: name }) })
      if (mine !== asked) return
      state.value = next
      error.value = null
    } catch (caught) {
      if (mine === asked) error.value = toGraftError(caught)
    }
  }

  async function attempt(act: () => Promise<unknown>): Promise<void> {
    try {
      await act()
      error.value = null
    } catch (caught) {
      error.value = toGraftError(caught)
      return
    }
    await reload()
  }

  const start = (base?: BaseRef): Promise<void> =>
    attempt(async () => {
      const chosen = base ?? preparations.baseOf(datasetId) ?? undefined
      const { jobId } = await client.call('labelling.start', {
        datasetId,
        ...(chosen === undefined ? {} : { base: chosen }),
      })
      preparations.began(datasetId, jobId, chosen ?? null)
    })

  async function pause(): Promise<void> {
    if (job.value !== null && !hasEnded(job.value)) await jobs.cancel(job.value.id)
    await reload()
  }

  const stops = [
    client.on('labelling.changed', (event) => {
      if (event.datasetId === datasetId) void reload()
    }),
    onResync(() => void reload()),
  ]
  onScopeDispose(() => stops.forEach((stop) => stop()))
  watch(column, () => void reload(), { immediate: true })
  let isStopped = false
  watch(phase, (now, before) => {
    if (now !== 'off') return
    if (!isStopped && (before === 'ready' || before === 'wanting'))
      toasts.show('Suggestions have ended: nothing was asked for a while, or they were stopped elsewhere.', {
        action: { label: 'Start again', run: () => void start() },
      })
    isStopped = false
  })
  // However a preparation ends, what comes after it is asked for.
  watch(
    () => job.value !== null && hasEnded(job.value),
    (ended) => ended && void reload(),
  )

  return {
    state,
    phase,
    hasFeatures,
    job,
    error,
    start,
    pause,
    stop() {
      isStopped = true
      return attempt(() => client.call('labelling.stop', { datasetId }))
    },
    reload,
  }
}
