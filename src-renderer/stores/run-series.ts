import type { GraftError } from '@contract/errors.ts'
import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { client, toGraftError } from '../app/client.ts'
import { onResync } from '../app/connection.ts'
import { type RunProgress, useRunsStore } from './runs.ts'
import { appendPoints, emptyBuffer, rowsOf, toBuffer, type SeriesBuffer } from './series-buffer.ts'

type RunCurves = ReadonlyMap<string, SeriesBuffer>

const RUNS_PER_CALL = 100
const MAX_POINTS = 4000
/** Curves grow this often at most: drawing them takes cores from the training that they show. */
const GROWTH_MS = 1900
/** ... and then with the points that come next, in one frame with all that came with them; so long is waited for those. */
const GRACE_MS = 600

/** Curves of the runs that are on screen. A run's metrics are fetched once, then grow with its events. */
export const useRunSeries = defineStore('run-series', () => {
  const curves = shallowReactive(new Map<string, RunCurves>())
  const errors = shallowReactive(new Map<string, GraftError>())
  const asked = new Map<string, Set<string>>()
  const runs = useRunsStore()
  let told: RunProgress[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let grownAt = -Infinity

  /** Fetches those of the metrics that were not asked for before. */
  async function ensure(runIds: readonly string[], metrics: readonly string[]): Promise<void> {
    const missing = runIds.filter((id) => metrics.some((metric) => !asked.get(id)?.has(metric)))
    if (missing.length === 0 || metrics.length === 0) return
    for (const id of missing) asked.set(id, new Set([...(asked.get(id) ?? []), ...metrics]))
    for (let start = 0; start < missing.length; start += RUNS_PER_CALL) {
      await fetchCurves(missing.slice(start, start + RUNS_PER_CALL), metrics, true)
    }
  }

  /** `merge`: points that came by event while the snapshot was under way stay behind it. */
  async function fetchCurves(runIds: string[], metrics: readonly string[], merge = false): Promise<void> {
    try {
      const series = await client.call('runs.series', { runIds, metrics: [...metrics], maxPoints: MAX_POINTS })
      const next = new Map<string, Map<string, SeriesBuffer>>()
      for (const id of runIds) next.set(id, new Map(curves.get(id)))
      for (const one of series) {
        const buffers = next.get(one.runId)
        const live = merge ? buffers?.get(one.metric) : undefined
        buffers?.set(one.metric, live ? appendPoints(toBuffer(one), rowsOf(live)) : toBuffer(one))
      }
      for (const [id, buffers] of next) {
        curves.set(id, buffers)
        errors.delete(id)
      }
    } catch (problem) {
      for (const id of runIds) {
        asked.delete(id)
        errors.set(id, toGraftError(problem))
      }
    }
  }

  /** Takes what the run's events bring, even before its first series exists. */
  function follow(runId: string): void {
    if (!asked.has(runId)) asked.set(runId, new Set())
    if (!curves.has(runId)) curves.set(runId, new Map())
  }

  async function reload(runIds: readonly string[]): Promise<void> {
    const metrics = new Set<string>()
    for (const id of runIds) for (const metric of asked.get(id) ?? []) metrics.add(metric)
    if (metrics.size > 0) await fetchCurves([...runIds], [...metrics])
  }

  function grow(): void {
    clearTimeout(timer)
    timer = undefined
    grownAt = performance.now()
    const due = told
    told = []
    for (const { runId, points } of due) {
      const known = curves.get(runId)
      const wanted = asked.get(runId)
      if (known === undefined || wanted === undefined) continue
      const next = new Map(known)
      for (const [metric, rows] of Object.entries(points)) {
        wanted.add(metric)
        next.set(metric, appendPoints(next.get(metric) ?? emptyBuffer(metric), rows))
      }
      curves.set(runId, next)
    }
  }

  client.on('runs.progressed', (event) => {
    if (!asked.has(event.runId)) return
    told.push(event)
    const wait = grownAt + GROWTH_MS - performance.now()
    if (wait <= 0 || curves.get(event.runId)?.size === 0) grow()
    else timer ??= setTimeout(grow, wait + GRACE_MS)
  })

  runs.onChange((runId, before, after) => {
    if (before?.status !== after?.status) grow()
    if (after === null) {
      curves.delete(runId)
      asked.delete(runId)
    } else if (asked.has(runId) && before !== undefined && before.status !== after.status) {
      // A resumed run drops what came after its checkpoint; an ended one adds its test values.
      void reload([runId])
    }
  })
  onResync(() => void reload([...asked.keys()]))

  return { curves, errors, ensure, follow }
})
