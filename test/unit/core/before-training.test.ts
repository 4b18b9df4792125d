import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Manifest } from '../../../src-main/contract/trainer.ts'
import { fillDataset } from '../../support/large-workspace.ts'
import { openStore } from '../../../src-main/core/store/open.ts'
import { openToyWorkspace, testWorkbench, TOY_SPEC, type TestWorkbench } from '../../support/test-workbench.ts'
import { trainToy, trainUntilTold } from '../../support/toy-scripts.ts'

let test: TestWorkbench
const opened: TestWorkbench[] = []
beforeEach(async () => {
  test = testWorkbench()
  opened.push(test)
  await openToyWorkspace(test)
})
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

const start = async (): Promise<string> => (await test.call('runs.start', { spec: TOY_SPEC })).runId
const ended = (runId: string, status: string) =>
  test.when('runs.changed', (event) => event.runId === runId && event.run?.status === status)
const trainings = () => test.trainer.children.filter(({ job }) => job.kind === 'train')

describe('a run whose process is not there yet', () => {
  it('is paused without one, and trains when it is resumed', async () => {
    const runId = await start()
    await test.call('runs.pause', { runId })
    await ended(runId, 'paused')
    expect(trainings()).toEqual([])
    await test.call('runs.resume', { runId })
    await ended(runId, 'finished')
    expect(trainings().map(({ job }) => job)).toMatchObject([{ resume: false }])
  })

  it('is removed without one', async () => {
    const runId = await start()
    await test.call('runs.remove', { runIds: [runId] })
    expect(trainings()).toEqual([])
    expect(existsSync(join(test.folder, 'ws', 'runs', runId))).toBe(false)
    expect((await test.call('runs.list', {})).total).toBe(0)
  })

  it('is stopped at once and without one, when it has learned nothing', async () => {
    const runId = await start()
    expect((await test.call('runs.stop', { runId })).status).toBe('stopped')
    const next = await start()
    await ended(next, 'finished')
    expect(trainings().map(({ job }) => job)).toMatchObject([{ runId: next }])
    expect((await test.call('runs.get', { runId })).status).toBe('stopped')
  })

  it('waits for the next opening when the workspace closes', async () => {
    const runId = await start()
    await test.call('workspace.close', {})
    expect(trainings()).toEqual([])
    await test.call('workspace.open', { source: join(test.folder, 'ws') })
    expect((await test.call('runs.get', { runId })).status).toBe('paused')
  })
})

/** Of the last item: floor(2499 / 10) mod 10. */
const TARGET = 9

describe('the manifest of a run', () => {
  it('holds every item of a dataset of many pieces, at the version that the run began with', async () => {
    await test.call('workspace.close', {})
    const store = openStore(join(test.folder, 'ws'), { kind: 'test', now: new Date() })
    fillDataset(store.db, 'photos', 2500)
    store.close()
    await test.call('workspace.open', { source: join(test.folder, 'ws') })
    test.trainer.script('train', trainUntilTold)
    const { runId } = await test.call('runs.start', { spec: { ...TOY_SPEC, dataset: 'photos' } })
    // While it is written.
    await test.call('datasets.label', { datasetId: 'photos-id', column: 'label', itemIds: [2500], value: 'class 1' })
    await ended(runId, 'running')
    const file = join(test.folder, 'ws', 'runs', runId, 'manifest.json')
    const { items, dataset } = Manifest.parse(JSON.parse(readFileSync(file, 'utf8')))
    expect([items.length, dataset.version, items[2499]?.targets]).toEqual([2500, 1, [TARGET]])
    expect(items.map(({ id }) => id)).toEqual(Array.from({ length: 2500 }, (_unused, i) => i + 1))
  })
})

describe('what a killed training had half written', () => {
  const HALF = [
    'checkpoints/step-2.waiting/weights.safetensors.part-77',
    'model.partial/weights.safetensors',
    'a.9.tmp',
  ]
  const litter = (folder: string): void => {
    for (const path of HALF) {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), 'half')
    }
  }
  const left = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /part|tmp/.test(name))

  it('goes when its process has ended', async () => {
    test.trainer.script('train', (child) => {
      if (child.job.kind === 'train') litter(child.job.folder)
      child.exit(null, 'SIGKILL')
    })
    const runId = await start()
    await ended(runId, 'interrupted')
    expect(left(join(test.folder, 'ws', 'runs', runId))).toEqual([])
  })

  it('goes when the workspace is opened after Graft has died, and whole files stay', async () => {
    test.trainer.script('train', trainUntilTold)
    const runId = await start()
    await ended(runId, 'running')
    const other = testWorkbench({ host: 'cli' })
    opened.push(other)
    cpSync(join(test.folder, 'ws'), join(other.folder, 'ws'), { recursive: true })
    const folder = join(other.folder, 'ws', 'runs', runId)
    litter(folder)
    await other.call('workspace.open', { source: join(other.folder, 'ws') })
    expect(left(folder)).toEqual([])
    expect(existsSync(join(folder, 'manifest.json'))).toBe(true)
  })

  it('goes when a run is resumed that was interrupted before', async () => {
    test.trainer.script('train', (child) => child.exit(null, 'SIGKILL'))
    const runId = await start()
    await ended(runId, 'interrupted')
    const folder = join(test.folder, 'ws', 'runs', runId)
    litter(folder)
    let seen: string[] = ['not looked']
    test.trainer.script('train', (child) => {
      seen = left(folder)
      return trainToy(child)
    })
    await test.call('runs.resume', { runId })
    await ended(runId, 'finished')
    expect(seen).toEqual([])
  })
})
