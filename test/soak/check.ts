import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Run } from '../../src-main/contract/runs.ts'
import { type KnownDataset, type KnownRun, labelsOf, type World } from './world.ts'

const ENDED: readonly Run['status'][] = ['finished', 'stopped', 'failed']

/** Throws where the app shows something else than what must be there. */
export async function check(world: World): Promise<void> {
  await checkDatasets(world)
  await checkRuns(world)
}

async function checkDatasets({ app, datasets }: World): Promise<void> {
  const there = await app.call('datasets.list', {})
  deepStrictEqual(there.map(({ id }) => id).sort(), [...datasets.keys()].sort(), 'the datasets that are there')
  for (const dataset of datasets.values()) deepStrictEqual(await labelsThere(dataset), labelsOf(dataset), dataset.name)

  async function labelsThere({ id, column, itemIds }: KnownDataset): Promise<(string | null)[]> {
    const { total, items } = await app.call('datasets.items', { datasetId: id, offset: 0, limit: 1000 })
    strictEqual(total, itemIds.length, 'items')
    const byId = new Map(items.map((item) => [item.id, item.labels[column] ?? null]))
    return itemIds.map((item) => byId.get(item) as string | null)
  }
}

async function checkRuns(world: World): Promise<void> {
  const { runs } = await world.app.call('runs.list', { limit: 10_000 })
  deepStrictEqual(runs.map(({ id }) => id).sort(), [...world.runs.keys()].sort(), 'the runs that are there')
  for (const run of runs) checkRun(world, world.runs.get(run.id) as KnownRun, run)
}

function checkRun(world: World, known: KnownRun, run: Run): void {
  if (known.end !== null) {
    deepStrictEqual({ status: run.status, metrics: run.metrics }, known.end, `the end of ${run.id}`)
    return
  }
  if (!ENDED.includes(run.status)) return
  known.end = { status: run.status, metrics: run.metrics }
  if (run.status === 'stopped') strictEqual(known.wish, 'stop', `${run.id} stopped by itself: ${run.reason}`)
  if (run.status !== 'finished') return
  world.counts.finishedRuns++
  const key = [run.dataset.hash, run.base, run.epochs, run.seed].join(' ')
  const before = world.results.get(key)
  if (before !== undefined) {
    world.counts.repeatedResults++
    deepStrictEqual(run.metrics, before, `${run.id}: the same training twice`)
  }
  world.results.set(key, run.metrics)
}

/** With nothing under way: what was broken off has left nothing half written. */
export function checkFiles(workspace: string): void {
  const left = readdirSync(workspace, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(part|tmp)$/.test(name),
  )
  deepStrictEqual(left, [], 'files that were left half written')
}

export function checkExport(folder: string): void {
  ok(existsSync(folder) && readdirSync(folder).length > 0, `the export ${folder} is not there`)
  ok(!existsSync(join(folder, '.part')), 'half an export')
}
