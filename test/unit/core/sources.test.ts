import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createGrants } from '../../../src-main/hosts/electron/grants.ts'
import { pathSources } from '../../../src-main/hosts/shared/path-sources.ts'
import { isInside } from '../../../src-main/core/files/is-inside.ts'
import { importToyDataset, testWorkbench, type TestWorkbench, trainToyRun } from '../../support/test-workbench.ts'

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'graft-sources-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

/** A workbench as a window has it: what was not chosen in a dialog, dropped or opened before does not exist. */
async function withGrants(): Promise<TestWorkbench & { grant(path: string): string; at: string }> {
  const at = folder()
  let ids = 0
  const grants = createGrants({ id: () => String((ids += 1)).padStart(20, '0') }, pathSources)
  const test = testWorkbench({ folder: at, sources: grants.sources })
  onTestFinished(() => test.close())
  mkdirSync(join(at, 'ws'))
  await test.call('workspace.open', { source: grants.grant(join(at, 'ws')), create: true })
  return { ...test, grant: grants.grant, at }
}

const refused = { ok: false, error: { code: 'E_SOURCE_PATH', fix: 'Choose it with the dialog or drop it.' } }

describe('a window that gives handles', () => {
  it('cannot name a path of its own in any request that takes one', async () => {
    const { raw, call, at, grant, ...test } = await withGrants()
    mkdirSync(join(at, 'secret'))
    const { jobId } = await call('datasets.import', { source: grant(join(at, 'secret')), options: { name: 'toy' } })
    await test.when('jobs.changed', (job) => job.id === jobId && job.status === 'done')
    const runId = await trainToyRun({ ...test, raw, call })
    const other = join(at, 'other')
    mkdirSync(other)
    const attempts: [string, Record<string, unknown>][] = [
      ['datasets.inspect', { source: other }],
      ['datasets.import', { source: other, options: { name: 'stolen' } }],
      ['workspace.open', { source: other }],
      ['workspace.open', { source: other, create: true }],
      ['workspace.open', { source: join(at, 'made'), create: true }],
      ['workspace.open', { source: '~', create: true }],
      ['workspace.browse', { path: other }],
      ['workspace.browse', { path: join(at, 'ws', '..') }],
      ['workspace.browse', {}],
      ['models.predict', { runId, sources: [other] }],
      ['models.predictFolder', { runId, source: other }],
      ['models.predictFolder', { runId, source: 'toy', csv: join(other, 'out.csv') }],
      ['models.predictFolder', { runId, source: 'toy', csv: join(at, 'ws', 'graft.sqlite') }],
      ['models.predictFolder', { runId, source: 'toy', csv: 'out.csv' }],
      ['models.export', { runId, format: 'tfjs', folder: join(other, 'model') }],
      ['models.export', { runId, format: 'tfjs', folder: join(at, 'ws', 'runs', 'new') }],
      ['models.export', { runId, format: 'tfjs', folder: 'model' }],
    ]
    for (const [name, input] of attempts) {
      expect(await raw(name, input), `${name} ${JSON.stringify(input)}`).toMatchObject(refused)
    }
    expect([existsSync(join(at, 'made')), readdirSync(other)]).toEqual([false, []])
  })

  it('reaches what was chosen: dialogs, drops, recents, its workspace, sources of its datasets', async () => {
    const { raw, call, at, grant, ...test } = await withGrants()
    mkdirSync(join(at, 'data'))
    const { jobId } = await call('datasets.import', { source: grant(join(at, 'data')), options: { name: 'toy' } })
    await test.when('jobs.changed', (job) => job.id === jobId && job.status === 'done')
    for (const path of [grant(at), join(at, 'ws'), join(at, 'ws', 'exports'), join(at, 'data')]) {
      expect(await raw('workspace.browse', { path }), path).toMatchObject({ ok: true })
    }
    expect(await raw('datasets.inspect', { source: join(at, 'data') })).toMatchObject({ ok: true })
    await call('workspace.close', {})
    expect(await raw('workspace.browse', { path: join(at, 'data') })).toMatchObject(refused)
    expect(await raw('workspace.browse', { path: join(at, 'ws', 'exports') })).toMatchObject(refused)
    expect(await raw('workspace.open', { source: join(at, 'ws') })).toMatchObject({ ok: true })
    await call('workspace.close', {})
    await call('workspace.forgetRecent', { path: join(at, 'ws') })
    expect(await raw('workspace.open', { source: join(at, 'ws') })).toMatchObject(refused)
  })

  it('is not led out of its workspace by links', async () => {
    const { raw, at } = await withGrants()
    symlinkSync(at, join(at, 'ws', 'link'))
    symlinkSync(join(at, 'nowhere'), join(at, 'ws', 'exports', 'dangling'))
    for (const path of [join(at, 'ws', 'link'), join(at, 'ws', 'link', 'ws2'), join(at, 'ws', 'exports', 'dangling')]) {
      expect(await raw('workspace.browse', { path })).toMatchObject(refused)
    }
  })

  it('exports into a folder that was chosen, and into its own', async () => {
    const { raw, call, at, grant, ...test } = await withGrants()
    const { jobId } = await call('datasets.import', { source: grant(at), options: { name: 'toy' } })
    await test.when('jobs.changed', (job) => job.id === jobId && job.status === 'done')
    const runId = await trainToyRun({ ...test, raw, call })
    mkdirSync(join(at, 'out'))
    for (const place of [grant(join(at, 'out')), join(at, 'ws', 'exports', 'mine')]) {
      const job = await call('models.export', { runId, format: 'tfjs', folder: place })
      await test.when('jobs.changed', ({ id, status }) => id === job.jobId && status === 'done')
    }
    const exported = (await call('models.exports', { runId })).map((record) => record.folder)
    expect(exported.sort()).toEqual([join(at, 'out'), join(at, 'ws', 'exports', 'mine')])
    const csv = await call('models.predictFolder', { runId, source: 'toy', csv: grant(join(at, 'ws')) })
    const told = await test.when('jobs.changed', ({ id, status }) => id === csv.jobId && status === 'done')
    expect(told.result?.['csv']).toMatch(new RegExp(`^${join(at, 'ws')}/toy-run-predictions-.*\\.csv$`))
  })
})

describe('a host whose user types paths', () => {
  it('takes them as a shell would, and makes only what is named in full', async () => {
    const at = folder()
    const test = testWorkbench({ folder: at })
    onTestFinished(() => test.close())
    expect((await test.call('workspace.open', { source: join(at, 'a', '..', 'ws'), create: true })).path).toBe(
      join(at, 'ws'),
    )
    expect(await test.raw('workspace.open', { source: 'no-such-name', create: true })).toMatchObject({
      error: { code: 'E_SOURCE_PATH' },
    })
    expect((await test.call('workspace.browse', {})).path.length).toBeGreaterThan(0)
    await importToyDataset(test)
  })
})

describe('isInside', () => {
  it('follows links and looks at nothing outside', () => {
    const at = folder()
    mkdirSync(join(at, 'a', 'b'), { recursive: true })
    mkdirSync(join(at, 'ab'))
    writeFileSync(join(at, 'a', '..c'), '')
    symlinkSync(join(at, 'a'), join(at, 'alias'))
    const inside = (path: string, of = join(at, 'a')): boolean => isInside(of, join(at, path))
    expect([inside('a'), inside('a/b'), inside('a/new/x'), inside('a/..c')]).toEqual([true, true, true, true])
    expect([inside('ab'), inside('a/../ab'), inside('.'), inside('b')]).toEqual([false, false, false, false])
    expect(inside('alias/b', join(at, 'alias'))).toBe(true)
    expect(isInside('/', '/etc')).toBe(true)
    expect(isInside(join(at, 'gone'), join(at, 'gone', 'x'))).toBe(true)
  })
})
