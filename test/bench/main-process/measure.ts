import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest, TrainJob } from '../../../src-main/contract/trainer.ts'
import { type FakeChild, finish } from '../../support/fake-trainer.ts'
import { holdUp } from '../../support/hold-up.ts'
import { CLASSES, LARGE_SPEC, type LargeWorkspace, makeLargeWorkspace } from '../../support/large-workspace.ts'
import { type TestWorkbench, testWorkbench } from '../../support/test-workbench.ts'
import { toyTrainer } from '../../support/toy-scripts.ts'

export interface Held {
  readonly call: string
  /** The longest time in which the main process did nothing else, in milliseconds. */
  readonly held: number
  /** The most that it computed in one go: what counts where other programs run, too. */
  readonly busy: number
  readonly total: number
}

export interface MeasureOptions extends LargeWorkspace {
  /** Bytes of the weights that a training leaves. */
  readonly weightBytes: number
}

/** What the window asks of a large workspace, and how long each call holds up the main process. */
export async function measureMainProcess(folder: string, options: MeasureOptions): Promise<Held[]> {
  await makeLargeWorkspace(folder, options)
  const trainer = toyTrainer()
  const test = testWorkbench({ folder, trainer })
  const rows: Held[] = []
  const watch = async <T>(call: string, work: () => Promise<T>): Promise<T> => {
    const { value, ...times } = await holdUp(work)
    rows.push({ call, ...times })
    return value
  }
  try {
    await watch('workspace.open', () => test.call('workspace.open', { source: join(folder, 'ws') }))
    await measureDatasets(test, watch)
    await measurePlans(test, watch, options)
    await measureRuns(test, watch)
    await measureTrainings(test, watch, options)
    await measureStudy(test, watch)
  } finally {
    if (test.errors.length > 0) console.error(test.errors.join('\n'))
    await test.close()
  }
  return rows
}

type Watch = <T>(call: string, work: () => Promise<T>) => Promise<T>

async function measureDatasets(test: TestWorkbench, watch: Watch): Promise<void> {
  await watch('datasets.list', () => test.call('datasets.list', {}))
  for (const name of ['photos', 'table']) {
    const datasetId = `${name}-id`
    await watch(`datasets.get, ${name}`, () => test.call('datasets.get', { datasetId }))
    await watch(`datasets.statistics, ${name}`, () => test.call('datasets.statistics', { datasetId }))
    const filter = { column: 'label', label: 'class 3' }
    await watch(`datasets.items, ${name}`, () => test.call('datasets.items', { datasetId, offset: 50_000, limit: 200 }))
    await watch(`datasets.items of a class, ${name}`, () =>
      test.call('datasets.items', { datasetId, filter, offset: 5000, limit: 200 }),
    )
    await watch(`datasets.items by name, ${name}`, () =>
      test.call('datasets.items', { datasetId, filter: { search: '77' }, offset: 0, limit: 200 }),
    )
    await watch(`datasets.itemIds, ${name}`, () => test.call('datasets.itemIds', { datasetId }))
  }
}

/** Facts of a dataset are asked for by every plan, and change with every label. */
async function measurePlans(test: TestWorkbench, watch: Watch, { items }: LargeWorkspace): Promise<void> {
  for (const name of ['photos', 'table']) {
    const datasetId = `${name}-id`
    const spec = { ...LARGE_SPEC, dataset: name, base: { architecture: name === 'photos' ? 'lenet' : 'mlp' } }
    const plan = (when: string) => watch(`models.plan, ${name}, ${when}`, () => test.call('models.plan', { spec }))
    const itemIds = Array.from({ length: Math.min(10_000, items) }, (_unused, i) => 1 + i)
    const label = (ids: number[], value: string) => () =>
      test.call('datasets.label', { datasetId, column: 'label', itemIds: ids, value })
    await plan('first')
    await watch(`datasets.label, 1 of ${name}`, label([1], CLASSES[5]!))
    await plan('after a label')
    await watch(`datasets.label, ${itemIds.length} of ${name}`, label(itemIds, CLASSES[6]!))
    await watch(`datasets.undo, ${name}`, () => test.call('datasets.undo', { datasetId }))
    await plan('after an undo')
    await watch(`runs.preflight, ${name}`, () => test.call('runs.preflight', { spec }))
    await watch(`runs.preflight of version 1, ${name}`, () =>
      test.call('runs.preflight', { spec: { ...spec, datasetVersion: 1 } }),
    )
    const shares = { train: 0.7, validation: 0.2, test: 0.1, seed: 2, stratifyBy: 'label' }
    await watch(`datasets.split, ${name}`, () => test.call('datasets.split', { datasetId, plan: shares }))
  }
}

async function measureRuns(test: TestWorkbench, watch: Watch): Promise<void> {
  await watch('runs.list, 1,000', () => test.call('runs.list', { limit: 1000 }))
  await watch('runs.list by a metric', () => test.call('runs.list', { sort: 'metrics.test.accuracy', limit: 1000 }))
  await watch('runs.get', () => test.call('runs.get', { runId: 'r7' }))
  const runIds = Array.from({ length: 50 }, (_unused, i) => `r${i * 3}`)
  await watch('runs.series of 50', () =>
    test.call('runs.series', { runIds, metrics: ['train.loss', 'validation.loss'], maxPoints: 1000 }),
  )
  await watch('models.list', () => test.call('models.list', {}))
  await watch('models.list, again', () => test.call('models.list', {}))
  await watch('failures.list', () => test.call('failures.list', {}))
  await watch('workspace.state', () => test.call('workspace.state', {}))
}

async function measureTrainings(test: TestWorkbench, watch: Watch, options: MeasureOptions): Promise<void> {
  for (const name of ['photos', 'table']) {
    const { promise: end, resolve: letEnd } = Promise.withResolvers<void>()
    const { promise: started, resolve: onStart } = Promise.withResolvers<void>()
    test.trainer.script('train', async (child) => {
      onStart()
      await end
      leaveModel(child, options.weightBytes)
    })
    const spec = { ...LARGE_SPEC, dataset: name, base: { architecture: name === 'photos' ? 'lenet' : 'mlp' } }
    const runId = await watch(`runs.start, ${name}, up to the trainer`, async () => {
      const answer = await test.call('runs.start', { spec })
      await started
      return answer.runId
    })
    await watch(`the end of a run on ${name}`, async () => {
      letEnd()
      await test.when('runs.changed', (event) => event.runId === runId && event.run?.status === 'finished')
    })
  }
}

/** Made in no time: the measure is of what is done with the file. */
function leaveModel(child: FakeChild, weightBytes: number): void {
  const job = child.job as TrainJob
  const folder = join(job.folder, 'model')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'weights.safetensors'), '')
  truncateSync(join(folder, 'weights.safetensors'), weightBytes)
  const heads: Manifest['heads'] = [{ name: 'label', column: 'label', type: 'classification', classes: CLASSES }]
  const write = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value))
  write('network.json', job.network)
  write('preprocessing.json', job.preprocessing)
  write('heads.json', heads)
  finish(child)
}

/** 1,000 runs: 20 arms with 50 seeds. */
async function measureStudy(test: TestWorkbench, watch: Watch): Promise<void> {
  test.trainer.script('train', async (child) => void (await child.nextControl()))
  const study = {
    kind: 'tournament' as const,
    base: LARGE_SPEC,
    arms: Array.from({ length: 20 }, (_unused, i) => ({ label: `arm ${i}`, patch: { batchSize: 8 + i } })),
    baselines: ['majority' as const],
    seeds: Array.from({ length: 50 }, (_unused, i) => i + 1),
    budget: { kind: 'epochs' as const, epochs: 3 },
  }
  await watch('studies.plan, 1,000 runs', () => test.call('studies.plan', { study }))
  const { studyId } = await watch('studies.start, 1,000 runs', () => test.call('studies.start', { study }))
  await watch('the second after it', () => new Promise((resolve) => setTimeout(resolve, 1000)))
  await watch('studies.get, 1,000 runs', () => test.call('studies.get', { studyId }))
  await watch('studies.list', () => test.call('studies.list', {}))
  await watch('studies.cancel, 1,000 runs', () => test.call('studies.cancel', { studyId }))
}
