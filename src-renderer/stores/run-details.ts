import type { GraftError } from '@contract/errors.ts'
import type { RunDetail } from '@contract/runs.ts'
import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { client, toGraftError } from '../app/client.ts'
import { useRunsStore } from './runs.ts'

/** Finished epochs are fetched this often at most. */
const EPOCHS_MS = 2000

/** What a run's own page shows beyond the list: fetched when asked for, kept true by the run's changes. */
export const useRunDetails = defineStore('run-details', () => {
  const details = shallowReactive(new Map<string, RunDetail>())
  const errors = shallowReactive(new Map<string, GraftError>())
  const later = new Set<string>()
  const pending = new Map<string, Promise<void>>()
  const runs = useRunsStore()

  /** Fetches the run once; `fresh` fetches it again. */
  function ensure(runId: string, fresh = false): Promise<void> {
    const busy = pending.get(runId)
    if (busy) return fresh ? busy.then(() => ensure(runId, true)) : busy
    if (details.has(runId) && !fresh) return Promise.resolve()
    const promise = fetchDetail(runId).finally(() => pending.delete(runId))
    pending.set(runId, promise)
    return promise
  }

  async function fetchDetail(runId: string): Promise<void> {
    try {
      details.set(runId, await client.call('runs.get', { runId }))
      errors.delete(runId)
    } catch (problem) {
      errors.set(runId, toGraftError(problem))
    }
  }

  runs.onChange((runId, before, after) => {
    const detail = details.get(runId)
    if (detail === undefined) return
    if (after === null) details.delete(runId)
    else if (before?.status !== after.status) void ensure(runId, true)
    else {
      details.set(runId, { ...detail, ...after })
      if (before.epochsDone !== after.epochsDone) ensureLater(runId)
    }
  })

  /** Epochs may be shorter than a second: what is fetched and drawn takes time from the training. */
  function ensureLater(runId: string): void {
    if (later.has(runId)) return
    later.add(runId)
    setTimeout(() => {
      later.delete(runId)
      if (details.has(runId)) void ensure(runId, true)
    }, EPOCHS_MS)
  }

  return { details, errors, ensure }
})
