import type { GraftError } from '@contract/errors.ts'
import type { Exhibit } from '@contract/exhibits.ts'
import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { client, toGraftError } from '../../app/client.ts'
import { onResync } from '../../app/connection.ts'
import { useRunsStore } from '../../stores/runs.ts'

/** A strategy may show several things at once: they are fetched together. */
const GATHER_MS = 150

/** What runs show beside their curves: fetched with their page, then as they announce it. */
export const useRunExhibits = defineStore('run-exhibits', () => {
  const exhibits = shallowReactive(new Map<string, readonly Exhibit[]>())
  const errors = shallowReactive(new Map<string, GraftError>())
  const announced = new Map<string, Set<string>>()
  let timer: ReturnType<typeof setTimeout> | null = null

  async function ensure(runId: string, fresh = false): Promise<void> {
    if (exhibits.has(runId) && !fresh) return
    try {
      exhibits.set(runId, await client.call('runs.exhibits', { runId }))
      errors.delete(runId)
    } catch (problem) {
      errors.set(runId, toGraftError(problem))
    }
  }

  async function take(): Promise<void> {
    timer = null
    const due = [...announced]
    announced.clear()
    for (const [runId, ids] of due) {
      try {
        const newer = await client.call('runs.exhibits', { runId, ids: [...ids] })
        exhibits.set(runId, withNewer(exhibits.get(runId) ?? [], newer))
      } catch (problem) {
        errors.set(runId, toGraftError(problem))
      }
    }
  }

  client.on('runs.exhibited', ({ runId, exhibitId }) => {
    // Of a run that nobody looks at, the page fetches everything when it opens.
    if (!exhibits.has(runId)) return
    announced.set(runId, (announced.get(runId) ?? new Set()).add(exhibitId))
    timer ??= setTimeout(() => void take(), GATHER_MS)
  })
  useRunsStore().onChange((runId, _before, after) => {
    if (after === null) exhibits.delete(runId)
  })
  onResync(() => {
    for (const runId of exhibits.keys()) void ensure(runId, true)
  })
  return { exhibits, errors, ensure }
})

/** The newer of each id, in place; what is new comes at the end. */
export function withNewer(known: readonly Exhibit[], newer: readonly Exhibit[]): Exhibit[] {
  const byId = new Map(newer.map((exhibit) => [exhibit.id, exhibit]))
  const kept = known.map((exhibit) => byId.get(exhibit.id) ?? exhibit)
  const ids = new Set(known.map((exhibit) => exhibit.id))
  return [...kept, ...newer.filter((exhibit) => !ids.has(exhibit.id))]
}
