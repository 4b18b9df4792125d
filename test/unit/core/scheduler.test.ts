import Database from 'better-sqlite3'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Manifest } from '../../../src-main/contract/trainer.ts'
import { finish, type FakeChild } from '../../support/fake-trainer.ts'
import { sendEpochs, sendResults, trainToy, trainUntilTold } from '../../support/toy-scripts.ts'
import { caseContext } from '../../support/contract-cases.ts'
import { testWorkbench, TOY_SPEC, type TestWorkbench } from '../../support/test-workbench.ts'

let test: TestWorkbench
let datasetId: string
const opened: TestWorkbench[] = []
beforeEach(async () => {
  test = testWorkbench()
  opened.push(test)
  ;({ datasetId } = await caseContext(test))
})
afterEach(async () => {
  vi.useRealTimers()
  for (const one of opened.splice(0).reverse()) await one.close()
})

const spec = { ...TOY_SPEC, strategy: { ...TOY_SPEC.strategy } }
const start = async (more: object = {}): Promise<string> =>
  (await test.call('runs.start', { spec: { ...spec, ...more } })).runId
const statusOf = async (runId: string, from = test): Promise<string> => (await from.call('runs.get', { runId })).status
const until = (runId: string, status: string, from = test) =>
  vi.waitFor(async () => expect(await statusOf(runId, from)).toBe(status), { timeout: 8000, interval: 10 })
const lossOf = async (runId: string, from = test) =>
  (await from.call('runs.series', { runIds: [runId], metrics: ['train.loss', 'validation.loss'] })).map(
    ({ metric, step, value, points }) => ({ metric, step, value, points }),
  )
/** A paused run that is to be stopped as soon as the one that trains has ended. */
async function stopWaiting(): Promise<[waits: string, trains: string]> {
  test.trainer.script('train', trainUntilTold)
  const a = await start()
  await until(a, 'running')
  await test.call('runs.pause', { runId: a })
  await until(a, 'paused')
  const b = await start()
  await until(b, 'running')
  await test.call('runs.stop', { runId: a })
  return [a, b]
}
const trainings = (): FakeChild[] => test.trainer.children.filter((child) => child.job.kind === 'train')

describe('the queue', () => {
  it('trains one run at a time, in the order given', async () => {
    test.trainer.script('train', trainUntilTold)
    const [a, b, c] = [await start(), await start(), await start()]
    await until(a, 'running')
    expect([await statusOf(b), await statusOf(c)]).toEqual(['queued', 'queued'])
    await test.call('runs.reorder', { runId: c, position: 0 })
    await test.call('runs.stop', { runId: a })
    await until(c, 'running')
    expect(await statusOf(b)).toBe('queued')
    await test.call('runs.stop', { runId: c })
    await until(b, 'running')
    await test.call('runs.stop', { runId: b })
    await until(b, 'stopped')
  })

  it('takes a waiting run out and puts it back', async () => {
    test.trainer.script('train', trainUntilTold)
    const [a, b] = [await start(), await start()]
    expect((await test.call('runs.pause', { runId: b })).status).toBe('paused')
    await test.call('runs.stop', { runId: a })
    await until(a, 'stopped')
    expect(await statusOf(b)).toBe('paused')
    expect((await test.call('runs.stop', { runId: b })).status).toBe('stopped')
    await test.call('runs.resume', { runId: b })
    await until(b, 'running')
    await test.call('runs.stop', { runId: b })
    await until(b, 'stopped')
  })

  it('forgets a stop that waits when the run is paused', async () => {
    const [a, b] = await stopWaiting()
    await test.call('runs.pause', { runId: a })
    await test.call('runs.resume', { runId: a })
    test.trainer.script('train', trainToy)
    await test.call('runs.stop', { runId: b })
    await until(a, 'finished')
    expect(trainings().at(-1)?.controls).toEqual([])
  })

  it('keeps a stop that waits when the workspace is closed and opened', async () => {
    const [a] = await stopWaiting()
    await test.call('workspace.close', {})
    await test.call('workspace.open', { source: join(test.folder, 'ws') })
    await until(a, 'stopped')
    expect(trainings().at(-1)?.controls).toEqual(['stop'])
  })

  it('keeps a stop that was asked for before the next step when the workspace is closed and opened', async () => {
    test.trainer.script('train', async (child) => {
      sendEpochs(child, 1)
      expect(await child.nextControl()).toBe('stop')
      // In the middle of a long step: what was asked for last counts.
      expect(await child.nextControl()).toBe('pause')
      finish(child, 'paused')
    })
    const runId = await start()
    await until(runId, 'running')
    await test.call('runs.stop', { runId })
    await test.call('workspace.close', {})
    test.trainer.script('train', trainUntilTold)
    await test.call('workspace.open', { source: join(test.folder, 'ws') })
    await until(runId, 'stopped')
    expect(trainings().at(-1)?.controls).toEqual(['stop'])
  })

  it('keeps a stop while the run that waits for it is about to start, and the workspace is closed', async () => {
    test.trainer.script('train', trainUntilTold)
    const runId = await start()
    await until(runId, 'running')
    await test.call('runs.pause', { runId })
    await until(runId, 'paused')
    await test.call('runs.stop', { runId })
    await test.call('workspace.close', {})
    await test.call('workspace.open', { source: join(test.folder, 'ws') })
    await until(runId, 'stopped')
  })

  it('of a command holds what it was asked for; what waited before waits on', async () => {
    test.trainer.script('train', trainUntilTold)
    const [a, waiting] = [await start(), await start()]
    await until(a, 'running')
    await test.call('workspace.close', {})
    const command = testWorkbench({ host: 'cli' })
    opened.push(command)
    cpSync(join(test.folder, 'ws'), join(command.folder, 'ws'), { recursive: true })
    await command.call('workspace.open', { source: join(command.folder, 'ws') })
    const { runId } = await command.call('runs.start', { spec })
    await until(runId, 'finished', command)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(command.trainer.children.filter((child) => child.job.kind === 'train')).toHaveLength(1)
    await command.call('workspace.close', {})
    await command.call('workspace.open', { source: join(command.folder, 'ws') })
    expect(await statusOf(waiting, command)).toBe('queued')
  })

  it('removes a run that is being trained', async () => {
    test.trainer.script('train', trainUntilTold)
    const runId = await start()
    await until(runId, 'running')
    await test.call('runs.remove', { runIds: [runId] })
    expect(await test.raw('runs.get', { runId })).toMatchObject({ error: { code: 'E_NOT_FOUND' } })
    expect(test.events.findLast((event) => event.name === 'runs.changed')?.payload).toBeDefined()
  })

  it('goes on after a run that cannot start', async () => {
    const launch = test.trainer.launch
    let failures = 1
    test.trainer.launch = (job, handlers) => {
      if (failures-- > 0) throw new Error('no addon')
      return launch(job, handlers)
    }
    const [a, b] = [await start(), await start()]
    await until(b, 'finished')
    const failed = await test.call('runs.get', { runId: a })
    expect(failed.status).toBe('failed')
    expect(failed.reason).toContain('E_TRAINER_UNAVAILABLE')
  })

  it('keeps a dataset that it needs', async () => {
    test.trainer.script('train', trainUntilTold)
    await start()
    expect(await test.raw('datasets.remove', { datasetId })).toMatchObject({ error: { code: 'E_RUN_STATE' } })
  })
})

describe('a run', () => {
  it('is trained on the version of the dataset that it was queued with', async () => {
    test.trainer.script('train', trainUntilTold)
    const [first, second] = [await start(), await start()]
    await test.call('datasets.label', { datasetId, column: 'label', itemIds: [1, 2, 3], value: 'dog' })
    await test.call('datasets.addClass', { datasetId, column: 'label', name: 'owl' })
    await test.call('runs.stop', { runId: first })
    await until(second, 'running')
    const job = trainings().at(-1)?.job
    const manifest = Manifest.parse(JSON.parse(readFileSync(job?.kind === 'train' ? job.manifest : '', 'utf8')))
    expect(manifest.dataset.version).toBe(1)
    expect(manifest.heads[0]?.classes).toEqual(['cat', 'dog'])
    expect(manifest.items.slice(0, 4).map((item) => item.targets[0])).toEqual([0, 1, 0, 1])
    const newest = await start()
    const details = await test.call('runs.get', { runId: newest })
    expect([details.dataset.version, details.heads[0]?.classes]).toEqual([3, ['cat', 'dog', 'owl']])
    expect(details.dataset.hash).not.toBe((await test.call('runs.get', { runId: first })).dataset.hash)
  })

  it('whose process dies is interrupted, and comes out the same after resuming', async () => {
    const whole = await start()
    await until(whole, 'finished')
    test.trainer.script('train', (child) => {
      sendEpochs(child, 2)
      // Beyond the checkpoint: one more step, then the end without a word.
      child.send({
        ...lastStep,
        step: 5,
        points: [
          [0, 5, 2.5, 0.25, 99],
          [1, 5, 2.5, 0.25, 0.001],
        ],
      })
      child.exit(null, 'SIGKILL', 'first line\nout of memory')
    })
    const runId = await start()
    await until(runId, 'interrupted')
    const broken = await test.call('runs.get', { runId })
    expect(broken.reason).toMatch(/SIGKILL.*out of memory/s)
    expect(broken.metrics['validation.loss']?.best).toBe(0.001)
    expect((await lossOf(runId))[0]?.points).toBe(5)

    test.trainer.script('train', (child) => {
      sendEpochs(child, 3, 2)
      sendResults(child)
      finish(child)
    })
    await test.call('runs.resume', { runId })
    await until(runId, 'finished')
    const job = trainings().at(-1)?.job
    expect(job?.kind === 'train' && job.resume).toBe(true)
    expect(await lossOf(runId)).toEqual(await lossOf(whole))
    const [resumed, reference] = [await test.call('runs.get', { runId }), await test.call('runs.get', { runId: whole })]
    expect(resumed.metrics).toEqual(reference.metrics)
    expect([resumed.epochsDone, resumed.epochSeconds.length, resumed.progress]).toEqual([3, 3, 1])
  })

  it('left between an epoch’s last step and its validation, comes out the same after resuming', async () => {
    const whole = await start()
    await until(whole, 'finished')
    test.trainer.script('train', (child) => {
      if (child.job.kind !== 'train') return
      sendEpochs(child, 1)
      child.send({
        ...lastStep,
        step: 4,
        epoch: 2,
        points: [
          [0, 3, 1.5, 0.15, 2 / 3],
          [0, 4, 2, 0.2, 2 / 4],
        ],
      })
      child.send({ type: 'checkpoint', path: join(child.job.folder, 'checkpoints', 'step-4'), step: 4, epoch: 1 })
      finish(child, 'paused')
    })
    const runId = await start()
    await until(runId, 'paused')
    test.trainer.script('train', (child) => {
      child.send({ type: 'series', names: ['validation.loss', 'validation.accuracy'] })
      const points: [number, number, number, number, number][] = [
        [0, 4, 2, 0.2, 1 / 2],
        [1, 4, 2, 0.2, 1 - 1 / 3],
      ]
      child.send({ ...lastStep, step: 4, epoch: 2, points })
      const figures = { samplesPerSecond: 1000, waitShare: 0.01, engine: 'compiled' as const }
      child.send({ type: 'epoch', epoch: 2, seconds: 0.1, metrics: { 'train.loss': 2 / 4 }, ...figures })
      sendEpochs(child, 3, 2)
      sendResults(child)
      finish(child)
    })
    await test.call('runs.resume', { runId })
    await until(runId, 'finished')
    expect(await lossOf(runId)).toEqual(await lossOf(whole))
    const [resumed, reference] = [await test.call('runs.get', { runId }), await test.call('runs.get', { runId: whole })]
    expect(resumed.metrics).toEqual(reference.metrics)
  })

  it('whose best weights are restored is worth what they are, in every list', async () => {
    test.trainer.script('train', (child) => {
      const figures = { samplesPerSecond: 1000, waitShare: 0.01, engine: 'compiled' as const }
      for (const [index, accuracy] of [0.6, 0.92, 0.86].entries()) {
        const metrics = { 'validation.accuracy': accuracy, 'validation.loss': 1 - accuracy }
        child.send({ type: 'epoch', epoch: index + 1, seconds: 0.1, metrics, ...figures })
      }
      child.send({ type: 'kept', epoch: 2 })
      sendResults(child)
      finish(child)
    })
    const [runId, other] = [await start(), await start()]
    await until(other, 'finished')
    const { metrics } = await test.call('runs.get', { runId })
    expect(metrics['validation.accuracy']).toEqual({ kept: 0.92, last: 0.86, best: 0.92, bestEpoch: 2 })
    const list = await test.call('models.list', {})
    expect(list.find((model) => model.id === `run:${runId}`)?.run).toMatchObject({ value: 0.92 })
    await test.call('models.export', { runId, format: 'keras' })
    const job = test.trainer.children.findLast((child) => child.job.kind === 'export')?.job
    const lines = job?.kind === 'export' ? job.card.lines : []
    expect(lines.find((line) => line.label === 'validation.accuracy')?.value).toMatch(/^0\.92 /)
  })

  it('that fails says why, and what to do', async () => {
    test.trainer.script('train', (child) => {
      const error = {
        code: 'E_RUN_DIVERGED',
        message: 'The loss is not a number.',
        fix: 'Use a tenth of the learning rate.',
      }
      child.send({ type: 'failed', error, stack: 'at the loop' })
      child.exit()
    })
    const runId = await start()
    await until(runId, 'failed')
    const run = await test.call('runs.get', { runId })
    expect(run.reason).toBe('The loss is not a number. Use a tenth of the learning rate. (E_RUN_DIVERGED)')
    const log = await test.call('runs.log', { runId })
    expect(log.map((line) => line.text)).toContain('at the loop')
  })

  it('pauses, stops from its pause with a model, and trains on', async () => {
    test.trainer.script('train', trainUntilTold)
    const runId = await start()
    await until(runId, 'running')
    expect((await test.call('runs.pause', { runId })).reason).toBe('Pausing at the next step.')
    await until(runId, 'paused')
    await test.call('runs.stop', { runId })
    await until(runId, 'stopped')
    expect(trainings().at(-1)?.controls).toEqual(['stop'])
    expect((await test.call('models.list', {})).some((model) => model.id === `run:${runId}`)).toBe(true)

    test.trainer.script('train', (child) => {
      sendEpochs(child, 5, 1)
      finish(child)
    })
    const extended = await test.call('runs.extend', { runId, epochs: 2 })
    expect([extended.epochs, extended.status]).toEqual([5, 'queued'])
    await until(runId, 'finished')
    expect((await test.call('runs.get', { runId })).epochsDone).toBe(5)
  })

  it('is given up after a minute of silence', async () => {
    const { promise, resolve: onStart } = Promise.withResolvers<FakeChild>()
    test.trainer.script('train', onStart)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const runId = await start()
    const child = await promise
    vi.advanceTimersByTime(59_000)
    child.send({ type: 'heartbeat', memoryBytes: 1 })
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    vi.advanceTimersByTime(59_000)
    expect(child.isKilled).toBe(false)
    vi.advanceTimersByTime(2000)
    expect(child.isKilled).toBe(true)
    vi.useRealTimers()
    await until(runId, 'interrupted')
    expect((await test.call('runs.get', { runId })).reason).toContain('no sign of life')
  })

  it('tells at most once a second and at the end, and loses no point', async () => {
    test.trainer.script('train', async (child) => {
      child.send({ type: 'series', names: ['train.loss'] })
      for (let step = 0; step < 3000; step++) {
        child.send({ ...lastStep, step, points: [[0, step, step / 1000, step, step === 7 ? Number.MAX_VALUE : step]] })
        if (step % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      }
      finish(child)
    })
    const from = performance.now()
    const runId = await start()
    await until(runId, 'finished')
    const seconds = (performance.now() - from) / 1000
    const told = test.events.filter(
      (event) => event.name === 'runs.progressed' && (event.payload as { runId: string }).runId === runId,
    )
    expect(told.length).toBeLessThanOrEqual(seconds + 2)
    expect(
      told.flatMap((event) => (event.payload as { points: Record<string, unknown[]> }).points['train.loss'] ?? []),
    ).toHaveLength(3000)
    const [series] = await test.call('runs.series', { runIds: [runId], metrics: ['train.loss'], maxPoints: 100 })
    expect(series?.points).toBe(3000)
    expect(series?.step.length).toBeLessThanOrEqual(100)
    expect(series?.value).toContain(Number.MAX_VALUE)
    const seqs = told.map((event) => (event.payload as { seq: number }).seq)
    expect(seqs).toEqual([...seqs].sort((x, y) => x - y))
  })
})

describe('a full disk', () => {
  it('leaves no run running: its end is recorded once that is possible, and the queue waits for it', async () => {
    let isFull = false
    const transaction = Database.prototype.transaction
    vi.spyOn(Database.prototype, 'transaction').mockImplementation(function (this: Database.Database, work) {
      if (isFull) throw new Database.SqliteError('database or disk is full', 'SQLITE_FULL')
      return transaction.call(this, work) as never
    })
    test.trainer.script('train', (child) => {
      isFull = true
      return trainToy(child)
    })
    const [first, second] = [await start(), await start()]
    await vi.waitFor(() => expect(test.errors.join()).toContain('could not be recorded'))
    expect([await statusOf(first), await statusOf(second)]).toEqual(['running', 'queued'])
    test.trainer.script('train', (child) => trainToy(child))
    isFull = false
    await until(first, 'interrupted')
    await until(second, 'finished')
    await test.call('runs.resume', { runId: first })
    await until(first, 'finished')
    expect(await lossOf(first)).toEqual(await lossOf(second))
    vi.restoreAllMocks()
  })
})

describe('work between steps', () => {
  it('is told with its amount, before the first step', async () => {
    test.trainer.script('train', (child) => {
      child.send({ type: 'progress', done: 32, total: 240, message: 'Computing features' })
      trainToy(child)
    })
    const runId = await start()
    await until(runId, 'finished')
    const told = test.events.filter(
      ({ name, payload }) =>
        ['runs.working', 'runs.progressed'].includes(name) && (payload as { runId: string }).runId === runId,
    )
    expect(told[0]).toEqual({
      name: 'runs.working',
      payload: { runId, message: 'Computing features', done: 32, total: 240, secondsLeft: null },
    })
    expect(told.at(-1)?.name).toBe('runs.progressed')
  })

  it('that a pause broke off is still this run’s own: going on does not call its features those of earlier runs', async () => {
    const cache = { layer: 'pool', items: 240, bytes: 960, precision: 'float32' } as const
    test.trainer.script('train', async (child) => {
      child.send({ type: 'cache', ...cache, hits: 40, seconds: 9 })
      await trainUntilTold(child)
    })
    const runId = await start()
    await until(runId, 'running')
    await test.call('runs.pause', { runId })
    await until(runId, 'paused')
    test.trainer.script('train', (child) => {
      child.send({ type: 'cache', ...cache, hits: 240, seconds: 0.1 })
      sendEpochs(child, 1)
      finish(child)
    })
    await test.call('runs.resume', { runId })
    await until(runId, 'finished')
    expect((await test.call('runs.get', { runId })).cache).toMatchObject({ items: 240, hits: 40, seconds: 9 })
  })
})

describe('closing and dying', () => {
  it('a closing workspace lets its training write a checkpoint', async () => {
    test.trainer.script('train', trainUntilTold)
    const runId = await start()
    await until(runId, 'running')
    await test.call('workspace.close', {})
    await test.call('workspace.open', { source: join(test.folder, 'ws') })
    const run = await test.call('runs.get', { runId })
    expect([run.status, run.reason]).toEqual(['paused', 'Graft was closed.'])
    test.trainer.script('train', (child) => trainToy(child))
    await test.call('runs.resume', { runId })
    await until(runId, 'finished')
  })

  it('what a killed app left is marked, queued runs stay, half imports go', async () => {
    test.trainer.script('train', trainUntilTold)
    test.trainer.script('import', async (child) => {
      child.send({ type: 'progress', done: 1, total: null, message: 'reading' })
      if ((await child.nextControl()) === 'cancel') finish(child, 'cancelled')
    })
    const [running, queued] = [await start(), await start()]
    await until(running, 'running')
    await vi.waitFor(async () => expect((await lossOf(running))[0]?.points).toBe(2))
    await test.call('datasets.import', { source: test.folder, options: { name: 'half' } })
    // The files of the open workspace are what a killed app leaves behind.
    const other = testWorkbench({ host: 'cli' })
    opened.push(other)
    cpSync(join(test.folder, 'ws'), join(other.folder, 'ws'), { recursive: true })
    await other.call('workspace.open', { source: join(other.folder, 'ws') })
    expect([await statusOf(running, other), await statusOf(queued, other)]).toEqual(['interrupted', 'queued'])
    expect(await lossOf(running, other)).toEqual(await lossOf(running))
    expect((await other.call('datasets.list', {})).map((dataset) => dataset.name)).toEqual(['toy'])
    other.trainer.script('train', trainToy)
    await other.call('runs.resume', { runId: running })
    await until(running, 'finished', other)
    await until(queued, 'queued', other)
    await other.call('runs.resume', { runId: queued })
    await until(queued, 'finished', other)
  })
})

const lastStep = {
  type: 'step',
  phase: 'head',
  epoch: 2.5,
  step: 5,
  stepsPerEpoch: 2,
  progress: 0.8,
  samplesPerSecond: 1,
  secondsLeft: 1,
  seconds: 0.25,
  memoryBytes: 1,
} as const
