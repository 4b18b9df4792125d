import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TrainerLauncher, TrainerProcess } from '../../src-main/base/ports.ts'
import type { Events, RequestInput, RequestName, RequestOutput } from '../../src-main/contract/index.ts'
import { createWorkbench, type Workbench } from '../../src-main/core/workbench.ts'
import { clientOf } from '../../src-main/hosts/cli/open-client.ts'
import { nodeLauncher } from '../../src-main/hosts/shared/node-launcher.ts'
import { nodePorts, stderrLog } from '../../src-main/hosts/shared/node-ports.ts'
import { makePhotoFolder } from '../support/photo-folder.ts'
import { TRAINER } from '../support/programs.ts'

/** Real pictures, the shipped EfficientNet-Lite0, real processes. */

const PER_CLASS = 20
const column = 'label'

const folder = mkdtempSync(join(tmpdir(), 'graft-label-'))
const started: TrainerProcess[] = []
let workbench: Workbench
let items = 0
let datasetId = ''

/** Remembers every process, so that a test can kill one. */
function watched(launcher: TrainerLauncher): TrainerLauncher {
  return {
    launch(job, handlers) {
      const child = launcher.launch(job, handlers)
      if (job.kind === 'label') started.push(child)
      return child
    },
  }
}

const call = <N extends RequestName>(name: N, input: RequestInput<N>): Promise<RequestOutput<N>> =>
  clientOf(workbench).call(name, input)

/** Resolves with the job once `test` passes. */
function jobWhen(jobId: string, passes: (job: Events['jobs.changed']) => boolean): Promise<Events['jobs.changed']> {
  return new Promise((resolve) => {
    const look = (job: Events['jobs.changed']): void => {
      if (job.id !== jobId || !passes(job)) return
      off()
      resolve(job)
    }
    const off = workbench.subscribe((name, payload) => name === 'jobs.changed' && look(payload as never))
    void call('jobs.get', { jobId }).then(look)
  })
}

const ended = (jobId: string) => jobWhen(jobId, ({ status }) => status !== 'running' && status !== 'queued')

async function prepared(): Promise<Events['jobs.changed']> {
  const job = await ended((await call('labelling.start', { datasetId })).jobId)
  expect(job).toMatchObject({ status: 'done', result: { datasetId, items } })
  return job
}

async function learnt(): Promise<RequestOutput<'labelling.state'>> {
  for (;;) {
    const state = await call('labelling.state', { datasetId, column })
    if (!state.isFitting) return state
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Files of features by name, with their sizes. */
function featureFiles(): string[] {
  const root = join(folder, 'ws', 'cache', 'features')
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.f32'))
    .map((name) => `${name} ${statSync(join(root, name)).size}`)
    .sort()
}

beforeAll(async () => {
  items = await makePhotoFolder(join(folder, 'photos'), { perClass: PER_CLASS, side: 96, size: 64, seed: 1 })
  const more = { log: stderrLog(false), userFolder: join(folder, 'user') }
  workbench = createWorkbench(nodePorts('test', watched(nodeLauncher({ entry: TRAINER })), more))
  await call('workspace.open', { source: join(folder, 'ws'), create: true })
  const { jobId } = await call('datasets.import', { source: join(folder, 'photos'), options: { name: 'photos' } })
  datasetId = String((await ended(jobId)).result?.['datasetId'])
})

afterAll(async () => {
  await workbench.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('features of a dataset that is labelled', () => {
  test('are computed again after kill -9 only where they were not written, and no label is lost', async () => {
    const { jobId } = await call('labelling.start', { datasetId })
    await jobWhen(jobId, ({ done }) => done > 64)
    await call('datasets.label', { datasetId, column, itemIds: [1], value: 'coffee' })
    process.kill(started.at(-1)!.pid!, 'SIGKILL')
    const failed = await ended(jobId)
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'E_TRAINER_CRASHED' } })
    const state = await call('labelling.state', { datasetId })
    expect(state).toMatchObject({ status: 'failed', wanting: expect.stringContaining('SIGKILL') })

    const again = await call('labelling.start', { datasetId })
    const first = await jobWhen(again.jobId, ({ done }) => done > 0)
    expect(first.done).toBeGreaterThan(64)
    expect((await ended(again.jobId)).status).toBe('done')
    const { items: found } = await call('datasets.items', { datasetId, filter: { ids: [1] }, offset: 0, limit: 1 })
    expect(found[0]?.labels[column]).toBe('coffee')
    await call('datasets.undo', { datasetId })
  })

  test('teach a head that knows the other pictures of the same photographs', async () => {
    await prepared()
    const truth = await call('datasets.items', { datasetId, filter: {}, offset: 0, limit: items })
    const labelOf = new Map(truth.items.map(({ id, labels }) => [id, labels[column]]))
    const few = truth.items.filter(({ split }) => split === 'train')
    const classes = [...new Set(labelOf.values())]
    const kept = classes.flatMap((name) => few.filter(({ labels }) => labels[column] === name).slice(0, 4))
    const ids = truth.items.map(({ id }) => id).filter((id) => !kept.some((one) => one.id === id))
    await call('datasets.label', { datasetId, column, itemIds: ids, value: null })
    const { head } = await learnt()
    expect(head).toMatchObject({ labelled: kept.length, classes: classes.length })
    const { suggestions } = await call('labelling.suggestions', { datasetId, column, itemIds: ids })
    expect(suggestions).toHaveLength(ids.length)
    const right = suggestions.filter(({ item, suggested }) => labelOf.get(item) === suggested).length
    expect(right / ids.length).toBeGreaterThan(0.7)
    const similar = await call('labelling.similar', { datasetId, itemIds: [kept[0]!.id], count: 5 })
    expect(similar.items.filter(({ item }) => labelOf.get(item) === kept[0]!.labels[column]).length).toBeGreaterThan(2)
    await call('datasets.undo', { datasetId })
  })

  test('are those that a training computes: neither makes what the other has', async () => {
    const files = featureFiles()
    const { runId } = await call('runs.start', {
      spec: {
        name: 'features',
        dataset: 'photos',
        base: 'efficientnet-lite0',
        freeze: { all: true },
        strategy: { type: 'feature-extraction' },
        epochs: 1,
        batchSize: 32,
      },
    })
    await new Promise<void>((resolve) => {
      workbench.subscribe((name, payload) => {
        const { run } = (name === 'runs.changed' ? payload : { run: null }) as Events['runs.changed']
        if (run?.id === runId && ['finished', 'failed'].includes(run.status)) resolve()
      })
    })
    const run = await call('runs.get', { runId })
    expect(run).toMatchObject({ status: 'finished', cache: { items, hits: items } })
    expect(featureFiles()).toEqual(files)
    await call('workspace.emptyCache', { ids: null }).catch(() => undefined)
  })

  test('of pictures that are gone are none, and the others are there', async () => {
    await call('labelling.stop', { datasetId })
    await call('workspace.emptyCache', { ids: null })
    const { items: two } = await call('datasets.items', { datasetId, filter: {}, offset: 0, limit: 2 })
    writeFileSync(join(folder, 'photos', two[0]!.name), 'no picture any more')
    await prepared()
    const { unreadable } = await call('labelling.state', { datasetId })
    expect(unreadable).toEqual({
      total: 1,
      first: [{ item: two[0]!.id, path: two[0]!.name, reason: 'The file has changed since it was imported' }],
    })
    const { items: similar } = await call('labelling.similar', { datasetId, itemIds: [two[1]!.id], count: items })
    expect(similar.map(({ item }) => item)).not.toContain(two[0]!.id)
    const picture = join(folder, 'photos', two[1]!.name)
    const outside = await call('labelling.similar', { datasetId, source: picture, count: 1 })
    expect(outside.items[0]!.item).toBe(two[1]!.id)
    expect(outside.items[0]!.similarity).toBeGreaterThan(0.999)
  })
})
