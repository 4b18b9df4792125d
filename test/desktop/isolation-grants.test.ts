import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { attempts } from '../support/desktop-attacks.ts'
import { chooseSource, type DesktopApp, give } from '../support/desktop-app.ts'
import { writableFolder } from '../support/stage-electron.ts'
import { startTestApp } from './support.ts'

/** A folder of the user that nobody chose: no script of the page may come to it. */
function secretFolder(): string {
  const folder = writableFolder(inject('stage'), 'secret')
  for (const name of ['salaries.csv', 'diary.txt']) writeFileSync(join(folder, name), 'name,value\nmine,1\nyours,2\n')
  mkdirSync(join(folder, 'empty'))
  give(inject('stage'), join(folder, 'empty'))
  return folder
}

/** Waits for a job to end and answers how. */
async function ended(
  desktop: DesktopApp,
  jobId: string,
): Promise<{ status: string; result: Record<string, unknown> | null }> {
  let job = { status: 'running', result: null as Record<string, unknown> | null }
  await expect
    .poll(
      async () => {
        job = (await desktop.call<typeof job>('jobs.get', { jobId })).value ?? job
        return job.status
      },
      { timeout: 60_000, interval: 100 },
    )
    .not.toBe('running')
  return job
}

/** Trains for an epoch on the sample that is opened; answers the run. */
async function trained(desktop: DesktopApp): Promise<string> {
  await desktop.call('workspace.openSample', { id: 'digits' })
  const [dataset] = (await desktop.call<{ name: string }[]>('datasets.list')).value ?? []
  const base = { architecture: 'lenet' }
  const spec = { dataset: dataset?.name, base, strategy: { type: 'fine-tuning' }, epochs: 1, batchSize: 64 }
  const started = await desktop.call<{ runId: string }>('runs.start', { spec })
  const runId = started.value?.runId ?? JSON.stringify(started.error)
  await expect
    .poll(async () => (await desktop.call<{ status: string }>('runs.get', { runId })).value?.status, {
      timeout: 60_000,
    })
    .toBe('finished')
  return runId
}

const refused = { ok: false, error: { code: 'E_SOURCE_PATH', fix: 'Choose it with the dialog or drop it.' } }

test('a script cannot make a handle for a path of its choosing', async () => {
  const desktop = await startTestApp()
  const secret = JSON.stringify(join(secretFolder(), 'salaries.csv'))
  const ask = (file: string): string => `return workbench.pathForFile(${file})`
  const outcomes = await attempts(desktop, {
    made: ask(`new File(['x'], ${secret})`),
    blob: ask(`new Blob(['x'])`),
    object: ask(`{ path: ${secret}, name: 'x', size: 1, type: '' }`),
    text: ask(secret),
    nothing: ask(`null`),
    list: ask(`[{ path: ${secret} }]`),
    own: `const f = new File(['x'], 'x'); Object.defineProperty(f, 'path', { value: ${secret} }); ${ask('f')}`,
    subclass: `class Fake extends File { get path() { return ${secret} } }; ${ask(`new Fake(['x'], 'x')`)}`,
    pretender: ask(
      `Object.create(File.prototype, { path: { value: ${secret} }, [Symbol.toStringTag]: { value: 'File' } })`,
    ),
    swapped: ask(`Object.setPrototypeOf({ path: ${secret} }, File.prototype)`),
    proxy: ask(
      `new Proxy(new File(['x'], 'x'), { get: (file, name) => name === 'path' ? ${secret} : Reflect.get(file, name) })`,
    ),
    getter: `Object.defineProperty(File.prototype, 'path', { get: () => ${secret}, configurable: true }); ${ask(`new File(['x'], 'x')`)}`,
    polluted: `Object.prototype.path = ${secret}; try { ${ask('{}')} } finally { delete Object.prototype.path }`,
    pollutedFile: `Object.prototype.path = ${secret}; try { ${ask(`new File(['x'], 'x')`)} } finally { delete Object.prototype.path }`,
    call: `const { call } = Function.prototype; Function.prototype.call = () => ${secret}
      try { ${ask(`new File(['x'], 'x')`)} } finally { Function.prototype.call = call }`,
    thenable: ask(`Promise.resolve({ path: ${secret} })`),
    frame: `const f = document.body.appendChild(document.createElement('iframe')); ${ask(`new f.contentWindow.File(['x'], ${secret})`)}`,
    transfer: `const t = new DataTransfer(); t.items.add(new File(['x'], ${secret})); ${ask('t.files[0]')}`,
    fetched: `const b = await (await fetch('/index.html')).blob(); ${ask(`new File([b], ${secret})`)}`,
    own2: `const f = await (await navigator.storage.getDirectory()).getFileHandle('a.csv', { create: true }); ${ask('await f.getFile()')}`,
    legacy: `return new Promise((done, fail) => webkitRequestFileSystem(0, 1024, (fs) => fs.root.getFile('b.csv', { create: true },
      (entry) => entry.file((file) => workbench.pathForFile(file).then(done, fail), fail), fail), fail))`,
    channel: `return [typeof ipcRenderer, typeof require, typeof workbench.grant].join()`,
  })
  const { channel, ...others } = outcomes
  expect(channel).toBe('undefined,undefined,undefined')
  for (const [name, outcome] of Object.entries(others)) expect(outcome, name).toMatch(/^threw /)
})

describe('a file that the user gives', () => {
  test('has a handle of its own, which is all that the page needs', async () => {
    const desktop = await startTestApp()
    const folder = secretFolder()
    await desktop.page.evaluate(
      `void document.body.insertAdjacentHTML('beforeend', '<input type="file" id="given" multiple>')`,
    )
    await desktop.page.locator('#given').setInputFiles(['salaries.csv', 'diary.txt'].map((name) => join(folder, name)))
    const handles = await desktop.page.evaluate<string[]>(
      `Promise.all([...document.querySelector('#given').files].map((file) => workbench.pathForFile(file)))`,
    )
    expect(handles).toEqual([expect.stringMatching(/^grant:/), expect.stringMatching(/^grant:/)])
    expect(new Set(handles).size).toBe(2)
    const found = await desktop.call<{ layout: string; count: number }>('datasets.inspect', { source: handles[0] })
    expect(found.value).toMatchObject({ layout: 'table', count: 2 })
    // The file beside it, its folder, and a handle that was guessed stay closed.
    for (const source of [join(folder, 'diary.txt'), folder]) {
      expect(await desktop.call('datasets.inspect', { source })).toMatchObject(refused)
    }
    expect(await desktop.call('datasets.inspect', { source: `${handles[0]}/../diary.txt` })).toMatchObject({
      ok: false,
    })
  })

  test('by dropping it opens as well', async () => {
    const desktop = await startTestApp()
    await desktop.page.getByRole('button', { name: /Handwritten digits/ }).waitFor()
    const folder = join(secretFolder(), 'empty')
    const devtools = await desktop.page.context().newCDPSession(desktop.page)
    const data = { items: [], files: [folder], dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await devtools.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data })
    }
    // Dropped on the start screen: an empty folder can become a workspace.
    await desktop.page.getByRole('button', { name: 'Make a workspace there' }).click()
    await expect.poll(() => existsSync(join(folder, 'graft.sqlite'))).toBe(true)
    expect((await desktop.call<{ path: string }>('workspace.state')).value?.path).toBe(folder)
  })
})

test('no request takes a path that nobody chose, and none writes there', async () => {
  const desktop = await startTestApp()
  const folder = secretFolder()
  const runId = await trained(desktop)
  const workspace = (await desktop.call<{ path: string }>('workspace.state')).value?.path ?? ''
  const csv = join(folder, 'salaries.csv')
  const attacks: [string, Record<string, unknown>][] = [
    ['datasets.inspect', { source: folder }],
    ['datasets.inspect', { source: csv }],
    ['datasets.import', { source: csv, options: { name: 'stolen' } }],
    ['workspace.open', { source: join(folder, 'empty'), create: true }],
    ['workspace.open', { source: join(folder, 'made'), create: true }],
    ['workspace.open', { source: folder }],
    ['workspace.browse', { path: folder }],
    ['workspace.browse', { path: '/' }],
    ['workspace.browse', { path: '~' }],
    ['workspace.browse', { path: `${workspace}/../..` }],
    ['workspace.browse', {}],
    ['models.predict', { runId, sources: [csv] }],
    ['models.predictFolder', { runId, source: folder }],
    ['models.predictFolder', { runId, source: workspace, csv: join(folder, 'out.csv') }],
    ['models.predictFolder', { runId, source: workspace, csv: join(workspace, 'graft.sqlite') }],
    ['models.export', { runId, format: 'tfjs', folder: join(folder, 'model') }],
    ['models.export', { runId, format: 'tfjs', folder: join(workspace, 'runs', runId, 'more') }],
    ['models.export', { runId, format: 'tfjs', folder: 'model' }],
  ]
  for (const [name, input] of attacks) {
    expect(await desktop.call(name, input), `${name} ${JSON.stringify(input)}`).toMatchObject(refused)
  }
  expect(readdirSync(folder).sort()).toEqual(['diary.txt', 'empty', 'salaries.csv'])
  expect(readdirSync(join(folder, 'empty'))).toEqual([])

  // The same with a folder that the user chose.
  const out = await chooseSource(desktop, join(folder, 'empty'))
  const exported = await desktop.call<{ jobId: string }>('models.export', { runId, format: 'tfjs', folder: out })
  expect(await ended(desktop, exported.value?.jobId ?? '')).toMatchObject({
    status: 'done',
    result: { folder: join(folder, 'empty') },
  })
  expect(readdirSync(join(folder, 'empty'))).toContain('model.json')
})

test('what was chosen once opens again after a restart; nothing else does', async () => {
  const first = await startTestApp()
  const folder = secretFolder()
  const source = await chooseSource(first, join(folder, 'empty'))
  expect(await first.call('workspace.open', { source, create: true })).toMatchObject({ ok: true })
  await first.close()

  const named = join(folder, 'empty2', 'ws')
  const second = await startTestApp({ home: first.home, args: [named] })
  // Named on the command line, and missing: chosen, and made.
  await expect.poll(async () => (await second.call<{ path: string }>('workspace.state')).value?.path).toBe(named)
  expect(await second.call('workspace.open', { source })).toMatchObject({ ok: false, error: { code: 'E_SOURCE_PATH' } })
  expect(await second.call('workspace.open', { source: folder })).toMatchObject(refused)
  expect(await second.call('workspace.open', { source: join(folder, 'empty') })).toMatchObject({ ok: true })
})
