import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Failure } from '../../../src-main/contract/failures.ts'
import type { Job } from '../../../src-main/contract/workspace.ts'
import { openStore } from '../../../src-main/core/store/open.ts'
import { importToy } from '../../support/toy-scripts.ts'
import {
  importToyDataset,
  testWorkbench,
  type TestWorkbench,
  trainToyRun,
  TOY_SPEC,
} from '../../support/test-workbench.ts'

let test: TestWorkbench
beforeEach(async () => {
  test = testWorkbench()
  await open()
})
afterEach(() => test.close())

const workspace = (): string => join(test.folder, 'ws')
const open = (name = 'ws') => test.call('workspace.open', { source: join(test.folder, name), create: true })
const list = async (): Promise<Failure[]> => (await test.call('failures.list', {})).failures
const titles = async (): Promise<string[]> => (await list()).map((failure) => failure.title)

/** Starts an import and waits for its end. */
async function importNamed(name: string): Promise<Job> {
  const { jobId } = await test.call('datasets.import', { source: test.folder, options: { name } })
  return test.when('jobs.changed', (job) => job.id === jobId && job.status !== 'running')
}
async function failedImport(name: string): Promise<Job> {
  test.trainer.script('import', (child) => child.exit(134, null, 'free(): invalid pointer'))
  return importNamed(name)
}
/** A run that needs the toy dataset, and whose process dies. */
async function brokenRun(): Promise<string> {
  test.trainer.script('train', (child) => child.exit(null, 'SIGKILL'))
  return trainToyRun(test)
}

describe('a failed job', () => {
  it('is kept with its reason, newest first, until it is dismissed', async () => {
    const first = await failedImport('first')
    await failedImport('second')
    const [newest, oldest] = await list()
    expect([newest?.title, oldest?.title]).toEqual(['Import second', 'Import first'])
    expect(oldest).toMatchObject({
      id: `job:${first.id}`,
      kind: 'import',
      state: 'failed',
      canRetry: true,
      runId: null,
    })
    expect(oldest?.error).toMatchObject({ code: 'E_TRAINER_CRASHED', fix: expect.stringContaining('Try again') })
    expect(oldest?.error.message).toContain('invalid pointer')
    await test.call('failures.dismiss', { ids: [newest?.id ?? ''] })
    expect(await titles()).toEqual(['Import first'])
    await test.call('failures.dismiss', { ids: null })
    expect(await test.call('failures.list', {})).toEqual({ total: 0, failures: [] })
  })

  it('is told, and told again when it goes', async () => {
    const told = (): number => test.events.filter((event) => event.name === 'failures.changed').length
    await failedImport('toy')
    expect(told()).toBe(1)
    await test.call('failures.dismiss', { ids: null })
    expect(told()).toBe(2)
  })

  it('stays through a restart; what was dismissed does not come back', async () => {
    await failedImport('kept')
    const { id } = await failedImport('dismissed')
    await test.call('failures.dismiss', { ids: [`job:${id}`] })
    await open('other')
    expect(await titles()).toEqual([])
    await open()
    expect(await list()).toMatchObject([{ title: 'Import kept', canRetry: false }])
  })

  it('is tried again as it was, and is no failure any more while that runs', async () => {
    const failed = await failedImport('toy')
    test.trainer.script('import', importToy)
    const again = await test.call('jobs.retry', { jobId: failed.id })
    expect(again.id).not.toBe(failed.id)
    expect(await titles()).toEqual([])
    await test.when('jobs.changed', (job) => job.id === again.id && job.status === 'done')
    expect(await test.call('datasets.list', {})).toMatchObject([{ name: 'toy', items: 12 }])
    const twice = await test.raw('jobs.retry', { jobId: failed.id })
    expect(twice).toMatchObject({ ok: false, error: { code: 'E_INPUT', message: expect.stringContaining('already') } })
  })

  it('that fails again is one failure', async () => {
    const failed = await failedImport('toy')
    const again = await test.call('jobs.retry', { jobId: failed.id })
    await test.when('jobs.changed', (job) => job.id === again.id && job.status === 'failed')
    expect(await list()).toMatchObject([{ id: `job:${again.id}`, canRetry: true }])
  })

  it('gives way to a later attempt at the same', async () => {
    await failedImport('toy')
    await failedImport('other')
    test.trainer.script('import', importToy)
    expect((await importNamed('toy')).status).toBe('done')
    expect(await titles()).toEqual(['Import other'])
  })

  it('whose name was taken since is refused when it is tried again', async () => {
    const failed = await failedImport('toy')
    test.trainer.script('import', importToy)
    await importNamed('TOY')
    const again = await test.call('jobs.retry', { jobId: failed.id })
    const end = await test.when('jobs.changed', (job) => job.id === again.id && job.status !== 'running')
    expect(end.error?.code).toBe('E_DATASET_NAME')
    expect(await test.call('datasets.list', {})).toHaveLength(1)
  })

  it('that the user cancels is none', async () => {
    test.trainer.script('import', async (child) => {
      if ((await child.nextControl()) === 'cancel') child.exit()
    })
    const { jobId } = await test.call('datasets.import', { source: test.folder, options: { name: 'toy' } })
    await test.call('jobs.cancel', { jobId })
    expect(await titles()).toEqual([])
  })

  it('names the run whose model it is about', async () => {
    await importToyDataset(test)
    const runId = await trainToyRun(test)
    test.trainer.script('export', (child) => child.exit(1))
    const { jobId } = await test.call('models.export', { runId, format: 'tfjs' })
    await test.when('jobs.changed', (job) => job.id === jobId && job.status === 'failed')
    expect(await list()).toMatchObject([{ kind: 'export', runId, jobId }])
  })

  it('of a terminal is told there, and not in the window too', async () => {
    const cli = testWorkbench({ host: 'cli' })
    await cli.call('workspace.open', { source: join(cli.folder, 'ws'), create: true })
    cli.trainer.script('import', (child) => child.exit(1))
    const { jobId } = await cli.call('datasets.import', { source: cli.folder, options: { name: 'toy' } })
    await cli.when('jobs.changed', (job) => job.id === jobId && job.status === 'failed')
    expect((await cli.call('failures.list', {})).failures).toEqual([])
    await cli.close()
  })
})

describe('what the end of Graft breaks off', () => {
  it('is told when the workspace is opened again: it was closed during an import', async () => {
    test.trainer.script('import', async (child) => {
      if ((await child.nextControl()) === 'cancel') child.exit()
    })
    await test.call('datasets.import', { source: test.folder, options: { name: 'toy' } })
    await open('other')
    expect(await titles()).toEqual([])
    await open()
    const [failure] = await list()
    expect(failure).toMatchObject({ title: 'Import toy', state: 'interrupted', canRetry: false })
    expect(failure?.error.message).toContain('closed before it was done')
  })

  it('is told when the workspace is opened again: Graft died during an import', async () => {
    await test.call('workspace.close', {})
    const store = openStore(workspace(), { kind: 'test', now: new Date() })
    store.db.run(
      `INSERT INTO datasets (id, name, kind, state, version, created_at, source, storage, split)
       VALUES ('half', 'toy', 'image', 'importing', 1, '2026-01-01T00:00:00.000Z', '/photos', 'copy', '{}')`,
    )
    store.close()
    await open()
    expect(await list()).toMatchObject([{ id: 'job:half', kind: 'import', title: 'Import toy', state: 'interrupted' }])
    await open('other')
    await open()
    expect(await titles()).toEqual(['Import toy'])
  })
})

describe('a run', () => {
  beforeEach(() => importToyDataset(test))

  it('that is interrupted is a failure with its reason; resumed and finished it is none', async () => {
    const runId = await brokenRun()
    const [failure] = await list()
    expect(failure).toMatchObject({ id: `run:${runId}`, kind: 'train', state: 'interrupted', runId, canRetry: true })
    expect(failure?.error.message).toContain('SIGKILL')
    test.trainer.script('train', (child) => {
      child.send({ type: 'done', outcome: 'stopped' })
      child.exit()
    })
    await test.call('runs.resume', { runId })
    expect(await titles()).toEqual([])
  })

  it('that was dismissed stays so through a restart, and is told when it fails once more', async () => {
    const runId = await brokenRun()
    await test.call('failures.dismiss', { ids: [`run:${runId}`] })
    await open('other')
    await open()
    expect(await titles()).toEqual([])
    await test.call('runs.resume', { runId })
    await expect.poll(titles).toHaveLength(1)
  })

  it('that failed says its code; one that has diverged is not tried again as it is', async () => {
    test.trainer.script('train', (child) => {
      const error = { code: 'E_RUN_DIVERGED', message: 'The loss became NaN.', fix: 'Lower the rate.' }
      child.send({ type: 'failed', error })
      child.exit()
    })
    await trainToyRun(test)
    expect(await list()).toMatchObject([{ state: 'failed', canRetry: false, error: { code: 'E_RUN_DIVERGED' } }])
    expect((await list())[0]?.error.message).toBe('The loss became NaN. Lower the rate.')
  })

  it('that is removed takes its failure with it', async () => {
    const runId = await brokenRun()
    await test.call('runs.remove', { runIds: [runId] })
    expect(await titles()).toEqual([])
  })

  it('is counted among more than are listed', async () => {
    test.trainer.script('train', (child) => child.exit(1))
    for (let i = 0; i < 103; i++) await test.call('runs.start', { spec: TOY_SPEC })
    await expect.poll(async () => (await test.call('failures.list', {})).total, { timeout: 15_000 }).toBe(103)
    expect(await list()).toHaveLength(100)
    await test.call('failures.dismiss', { ids: null })
    expect((await test.call('failures.list', {})).total).toBe(0)
  })
})
