import type { AnalysisRecord, AnalysisSummary } from '@contract/analyses.ts'
import type { RequestInput } from '@contract/index.ts'
import type { ExperimentSpecInput } from '@contract/spec.ts'
import type { Job } from '@contract/workspace.ts'
import { defineStore } from 'pinia'
import { shallowReactive, watch } from 'vue'
import { client } from '../../app/client.ts'
import { createCollection, type Change } from '../../app/collection.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { useJobs } from '../../stores/jobs.ts'
import { useToasts } from '../../stores/toasts.ts'
import { useWorkspace } from '../../stores/workspace.ts'

/** Measurements before a run: the newest of each type for a dataset, and those under way. */
export const useAnalyses = defineStore('analyses', () => {
  const jobs = useJobs()
  const toasts = useToasts()
  const datasets = useDatasets()
  const workspace = useWorkspace()
  /** What measurements say in full, by id: fetched for those that are looked at. */
  const records = shallowReactive(new Map<string, AnalysisRecord>())
  const fetching = new Map<string, Promise<AnalysisRecord>>()
  /** type -> job */
  const running = shallowReactive(new Map<string, string>())
  /** type -> its last measurement, which failed */
  const failures = shallowReactive(new Map<string, Job>())
  const measured = createCollection({
    fetch: () => client.call('analyses.list', {}),
    idOf: (one: AnalysisSummary) => one.id,
    changed: 'analyses.changed',
    told: ({ analysisId }) => lookAt(analysisId),
    order: (a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0),
  })

  /** The event does not say whether the measurement was stored or removed. */
  async function lookAt(id: string): Promise<Change<AnalysisSummary>> {
    try {
      const row = await fetchRecord(id)
      failures.delete(row.type)
      return { id, row }
    } catch {
      records.delete(id)
      return { id, row: null }
    }
  }

  function fetchRecord(id: string): Promise<AnalysisRecord> {
    const path = workspace.state?.path
    const known = fetching.get(id)
    if (known !== undefined) return known
    const asked = client.call('analyses.get', { analysisId: id }).finally(() => fetching.delete(id))
    fetching.set(id, asked)
    return asked.then((record) => {
      if (path === workspace.state?.path) records.set(id, record)
      return record
    })
  }

  function newestOf(type: string, dataset: string): AnalysisSummary | undefined {
    const id = datasets.named(dataset)?.id
    // What was measured on a dataset that was removed since is found by the name that it had.
    const isOf = (one: AnalysisSummary): boolean =>
      id === undefined ? one.dataset.id === dataset || one.dataset.name === dataset : one.dataset.id === id
    return measured.list.value.find((one) => one.type === type && isOf(one))
  }

  /** The newest measurement of a dataset (name or id); null: there is none, or it is on its way. */
  function newest(type: string, dataset: string): AnalysisRecord | null {
    return records.get(newestOf(type, dataset)?.id ?? '') ?? null
  }

  /** Looks for what was measured in an earlier session. */
  async function ensure(type: string, dataset: string): Promise<void> {
    if (dataset === '') return
    await measured.ensureLoaded()
    const found = newestOf(type, dataset)
    if (found === undefined || records.has(found.id)) return
    // Without it the place says that nothing is measured yet; measuring says what is wrong.
    await fetchRecord(found.id).catch(() => undefined)
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
        await measured.take(analysisId, async () => records.get(analysisId) ?? fetchRecord(analysisId))
    } catch (problem) {
      toasts.fail(problem)
    } finally {
      running.delete(type)
    }
  }

  watch(
    () => workspace.state?.path,
    () => [records, running, failures, fetching].forEach((map) => map.clear()),
    { flush: 'sync' },
  )
  return { running, failures, newest, ensure, measure }
})
