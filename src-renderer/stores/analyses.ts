import type { AnalysisRecord } from '@contract/analyses.ts'
import type { RequestInput } from '@contract/index.ts'
import type { ExperimentSpecInput } from '@contract/spec.ts'
import type { Job } from '@contract/workspace.ts'
import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import { client } from '../app/client.ts'
import { useJobs } from './jobs.ts'
import { useToasts } from './toasts.ts'
import { useWorkspace } from './workspace.ts'

/** Measurements before a run: the newest of each type for a dataset, and those under way. */
export const useAnalyses = defineStore('analyses', () => {
  const jobs = useJobs()
  const toasts = useToasts()
  const workspace = useWorkspace()
  /** `<type> <dataset>` -> newest record; null: there is none. */
  const records = shallowReactive(new Map<string, AnalysisRecord | null>())
  /** type -> job */
  const running = shallowReactive(new Map<string, string>())
  /** type -> its last measurement, which failed */
  const failures = shallowReactive(new Map<string, Job>())
  const path = computed(() => workspace.state?.path ?? null)

  /** Looks once for what was measured in an earlier session. */
  async function ensure(type: string, dataset: string): Promise<void> {
    const key = `${type} ${dataset}`
    if (dataset === '' || records.has(key)) return
    records.set(key, null)
    const here = path.value
    try {
      const [newest] = await client.call('analyses.list', { type, dataset })
      if (newest === undefined) return
      const record = await client.call('analyses.get', { analysisId: newest.id })
      if (here === path.value && records.get(key) === null) records.set(key, record)
    } catch {
      // A dataset that is not there yet has no measurements; measuring says what is wrong.
    }
  }

  async function measure(type: string, spec: ExperimentSpecInput, params: Record<string, unknown>): Promise<void> {
    if (running.has(type)) return
    failures.delete(type)
    try {
      const input: RequestInput<'analyses.start'> = { type, spec, params }
      const { jobId } = await client.call('analyses.start', input)
      running.set(type, jobId)
      const job = await jobs.finished(jobId)
      const analysisId = job.result?.['analysisId']
      if (job.status === 'failed') failures.set(type, job)
      else if (typeof analysisId === 'string')
        records.set(`${type} ${spec.dataset}`, await client.call('analyses.get', { analysisId }))
    } catch (problem) {
      toasts.fail(problem)
    } finally {
      running.delete(type)
    }
  }

  /** What was measured elsewhere: tried again after a failure, in another window, by the command line. */
  async function take(analysisId: string): Promise<void> {
    const here = path.value
    try {
      const record = await client.call('analyses.get', { analysisId })
      const { id, name } = record.dataset
      if (here !== path.value) return
      for (const dataset of new Set([id, name, record.spec.dataset])) {
        if (records.has(`${record.type} ${dataset}`)) records.set(`${record.type} ${dataset}`, record)
      }
      failures.delete(record.type)
    } catch {
      // The event also tells of those that were removed.
    }
  }

  client.on('analyses.changed', ({ analysisId }) => void take(analysisId))
  client.on('workspace.changed', () => {
    records.clear()
    running.clear()
    failures.clear()
  })
  return { records, running, failures, ensure, measure }
})
