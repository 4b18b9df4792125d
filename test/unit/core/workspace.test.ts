import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { caseContext } from '../../support/contract-cases.ts'
import { testWorkbench, type TestWorkbench } from '../../support/test-workbench.ts'

let test: TestWorkbench
beforeEach(() => {
  test = testWorkbench()
})
afterEach(() => test.close())
const path = (...names: string[]): string => join(test.folder, ...names)

describe('workspaces', () => {
  it('are made in empty folders only, and never over anything', async () => {
    mkdirSync(path('full'), { recursive: true })
    writeFileSync(path('full', 'thesis.txt'), 'years of work')
    for (const create of [true, false]) {
      const reply = await test.raw('workspace.open', { source: path('full'), create })
      expect(reply).toMatchObject({ ok: false, error: { code: 'E_WORKSPACE_PATH' } })
    }
    expect(readFileSync(path('full', 'thesis.txt'), 'utf8')).toBe('years of work')
    await test.call('workspace.open', { source: path('new', 'deep', 'ws'), create: true })
    expect((await test.call('workspace.state', {})).name).toBe('ws')
  })

  it('stay open when another one cannot be opened', async () => {
    await test.call('workspace.open', { source: path('a'), create: true })
    expect(await test.raw('workspace.open', { source: path('nowhere') })).toMatchObject({ ok: false })
    expect((await test.call('workspace.state', {})).path).toBe(path('a'))
  })

  it('of a sample that belongs to another hold both', async () => {
    await test.call('workspace.openSample', { id: 'photo-digits' })
    const names = (await test.call('datasets.list', {})).map(({ name }) => name)
    expect(names.sort()).toEqual(['digits', 'photo-digits'])
  })

  it('are remembered, newest first, and told when they are gone', async () => {
    await test.call('workspace.open', { source: path('a'), create: true })
    await test.call('workspace.open', { source: path('b'), create: true })
    await test.call('workspace.close', {})
    rmSync(path('a'), { recursive: true })
    const { recents } = await test.call('workspace.state', {})
    expect(recents.map(({ name, exists }) => [name, exists])).toEqual([
      ['b', true],
      ['a', false],
    ])
    expect((await test.call('workspace.forgetRecent', { path: path('a') })).recents).toHaveLength(1)
  })

  it('move to another place with their models', async () => {
    const { runId, datasetId } = await caseContext(test)
    await test.call('workspace.close', {})
    cpSync(path('ws'), path('moved'), { recursive: true })
    rmSync(path('ws'), { recursive: true })
    await test.call('workspace.open', { source: path('moved') })
    expect(test.workbench.media(['thumb', datasetId, '1'])?.type).toBe('image/png')
    const predicted = await test.call('models.predict', { runId, datasetId, itemIds: [1] })
    expect(predicted).toHaveLength(1)
    const job = test.trainer.children.at(-1)?.job
    expect(job?.kind === 'predict' && job.model.weights.path.startsWith(path('moved'))).toBe(true)
    expect(job?.kind === 'predict' && job.items?.pack?.startsWith(path('moved'))).toBe(true)
    await test.call('runs.extend', { runId, epochs: 1 })
    await test.when('runs.changed', (event) => event.run?.status === 'finished' && event.run.epochs === 4)
    const train = test.trainer.children.at(-1)?.job
    expect(train?.kind === 'train' && train.manifest.startsWith(path('moved'))).toBe(true)
  })

  it('is free again when tidying up fails while it opens', async () => {
    await test.call('workspace.open', { source: path('a'), create: true })
    await test.call('workspace.close', {})
    rmSync(path('a', 'exports'), { recursive: true })
    writeFileSync(path('a', 'exports'), 'a file where a folder was')
    expect(await test.raw('workspace.open', { source: path('a') })).toMatchObject({ ok: false })
    rmSync(path('a', 'exports'))
    expect((await test.call('workspace.open', { source: path('a') })).open).toBe(true)
  })

  it('lose what a killed export had begun to write', async () => {
    await test.call('workspace.open', { source: path('a'), create: true })
    await test.call('workspace.close', {})
    for (const name of ['birds-keras-ab12.part-7', 'birds-keras-ab12']) mkdirSync(path('a', 'exports', name))
    writeFileSync(path('a', 'exports', 'birds.csv.part-7'), 'path')
    await test.call('workspace.open', { source: path('a') })
    expect(readdirSync(path('a', 'exports'))).toEqual(['birds-keras-ab12'])
  })

  it('without one, everything that needs one says so', async () => {
    for (const [name, input] of [
      ['datasets.list', {}],
      ['runs.list', {}],
      ['models.exports', {}],
      ['jobs.get', { jobId: 'x' }],
    ] as const) {
      expect(await test.raw(name, input)).toMatchObject({ ok: false, error: { code: 'E_WORKSPACE_NOT_OPEN' } })
    }
    expect((await test.call('models.list', {})).length).toBeGreaterThan(3)
    expect(await test.call('jobs.list', {})).toEqual([])
  })
})

describe('settings', () => {
  it('outlive a restart, and a damaged file costs only themselves', async () => {
    await test.call('system.setSetting', { key: '__proto__', value: { polluted: 1 } })
    await test.call('system.setSetting', { key: 'theme', value: 'dark' })
    const again = testWorkbench({ folder: test.folder })
    expect(await again.call('system.settings', {})).toMatchObject({ theme: 'dark' })
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    writeFileSync(path('user', 'settings.json'), '{"settings": [')
    expect(await again.call('system.settings', {})).toEqual({})
    expect((await again.call('workspace.state', {})).recents).toEqual([])
    await again.call('system.setSetting', { key: 'theme', value: 'light' })
    expect(await test.call('system.settings', {})).toEqual({ theme: 'light' })
    await again.close()
  })

  it('blocked connections are counted', async () => {
    await test.call('system.reportBlocked', { target: 'https://example.org/x.js' })
    const { blockedConnections } = await test.call('system.info', {})
    expect(blockedConnections.map((attempt) => attempt.target)).toEqual(['https://example.org/x.js'])
  })
})
