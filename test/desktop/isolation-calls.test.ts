import fc from 'fast-check'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isErrorCode } from '../../src-main/contract/errors.ts'
import { REQUEST_NAMES } from '../../src-main/contract/names.ts'
import { type FuzzCall, fuzzCalls, NASTY, NASTY_VALUE, type Pool } from '../support/call-arbitrary.ts'
import { attempts } from '../support/desktop-attacks.ts'
import type { DesktopApp } from '../support/desktop-app.ts'
import { stageElectron, writableFolder } from '../support/stage-electron.ts'
import { startTestApp } from './support.ts'

const CALLS = 10_000
const BATCH = 50
const SEED = Number(process.env['GRAFT_FUZZ_SEED'] ?? 20)

/** A well-formed call of these starts minutes of work, or waits for a person: they get noise only. */
const STARTS_WORK: ReadonlySet<string> = new Set([
  'system.pick',
  'workspace.openSample',
  'datasets.inspect',
  'datasets.import',
  'datasets.export',
  'models.predict',
  'models.explain',
  'models.predictFolder',
  'models.export',
  'models.inspectFile',
  'models.import',
  'models.run',
  'models.measure',
  'precision.measure',
  'runs.start',
  'runs.resume',
  'runs.extend',
  'analyses.start',
  'studies.start',
  'studies.resume',
  'studies.report',
  'jobs.retry',
  'labelling.start',
])

/** What Electron's bridge refuses in the page itself, before any of Graft's code runs: too deep, a getter of the page that throws, a
 *  proxy. */
function isOfTheBridge(text: string, call: string): boolean {
  if (/^(Electron contextBridge recursion depth exceeded|(Uncaught Error: )?of the page$)/.test(text)) return true
  return text === 'An object could not be cloned.' && call.includes('proxy')
}

interface Outcome {
  readonly name: string
  readonly kind: string
  readonly text: string
}

/** Makes all calls of a batch at once, as the page; what each came to. */
function callAll(desktop: DesktopApp, calls: readonly FuzzCall[]): Promise<Outcome[]> {
  return desktop.page.evaluate(`(async () => {
    const nasty = ${NASTY_VALUE}
    const unmark = (value) => {
      if (Array.isArray(value)) return value.map(unmark)
      if (typeof value !== 'object' || value === null) return value
      if (Object.hasOwn(value, ${JSON.stringify(NASTY)})) return nasty(value[${JSON.stringify(NASTY)}])
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unmark(inner)]))
    }
    const late = () => new Promise((resolve) => setTimeout(() => resolve({ name: '', kind: 'hangs', text: '' }), 30_000))
    const call = async ({ name, input }) => {
      try {
        const reply = await workbench.call(name, unmark(input))
        if (reply?.ok === true && 'value' in reply) return { name, kind: 'ok', text: '' }
        if (reply?.ok !== false) return { name, kind: 'no reply', text: String(reply) }
        return { name, kind: reply.error.code, text: reply.error.message }
      } catch (error) {
        return { name, kind: 'threw', text: String(error?.message) }
      }
    }
    return Promise.all(${JSON.stringify(calls)}.map((one) => Promise.race([call(one), late()])))
  })()`)
}

/** Two tables of a few rows, each with a trained run: one for all requests, one for those that remove and rename. */
async function prepare(desktop: DesktopApp, folder: string): Promise<(request: string) => Pool> {
  const csv = join(folder, 'table.csv')
  const rows = Array.from({ length: 40 }, (_, n) => `${n},${n % 7},${n % 2 ? 'odd' : 'even'}`)
  writeFileSync(csv, `a,b,kind\n${rows.join('\n')}\n`)
  await desktop.page.evaluate(`void document.body.insertAdjacentHTML('beforeend', '<input type="file" id="given">')`)
  await desktop.page.locator('#given').setInputFiles(csv)
  const source = await desktop.page.evaluate<string>(`workbench.pathForFile(document.querySelector('#given').files[0])`)
  await desktop.call('workspace.openSample', { id: 'digits' })
  const path = (await desktop.call<{ path: string }>('workspace.state')).value?.path ?? ''
  const kept = poolWith(await trainedTable(desktop, source, 'table'), [source, path])
  const spare = poolWith(await trainedTable(desktop, source, 'spare'), [source, path])
  return (request) => (/\.(remove|rename)$/.test(request) ? spare : kept)
}

async function trainedTable(desktop: DesktopApp, source: string, dataset: string): Promise<string[]> {
  await desktop.call('datasets.import', { source, options: { name: dataset } })
  const found = () => desktop.call<{ id: string }>('datasets.get', { datasetId: dataset })
  await expect.poll(async () => (await found()).ok, { timeout: 30_000 }).toBe(true)
  const spec = { dataset, base: { architecture: 'mlp' }, strategy: { type: 'fine-tuning' }, epochs: 1 }
  const runId = (await desktop.call<{ runId: string }>('runs.start', { spec })).value?.runId ?? ''
  const status = async () => (await desktop.call<{ status: string }>('runs.get', { runId })).value?.status
  await expect.poll(status, { timeout: 60_000 }).toBe('finished')
  return [runId, dataset, (await found()).value?.id ?? '']
}

function poolWith([runId = '', ...datasets]: readonly string[], paths: readonly string[]): Pool {
  const bases = ['lenet', 'mlp', 'resnet18', 'efficientnet-lite0', `run:${runId}`]
  const [ofDataset, ofRun] = [[...datasets, 'Handwritten digits'], [runId]]
  return {
    ...{ datasetId: ofDataset, dataset: ofDataset, runId: ofRun, runIds: ofRun, ids: ofRun },
    ...{ base: bases, architecture: ['lenet', 'mlp', 'resnet18'], source: paths, path: paths },
    column: ['kind', 'digit', 'a'],
    metrics: ['train.loss', 'validation.accuracy', 'train.accuracy'],
    sort: ['createdAt', 'name', 'metrics.train.loss', 'seed', '__proto__'],
    type: [
      'fine-tuning',
      'feature-extraction',
      'distillation',
      'dann',
      'l2-sp',
      'adam',
      'sgd',
      'constant',
      'cosine',
      'dense',
    ],
    pattern: ['*', 'dense*', '/.*/', '(a+)+$', '/(a+)+$/', '**'],
    any: [...datasets, runId, ...bases, 'a', 'b', 'odd', 'even', 'dense', 'dense_1', 'flatten', 'head', 'kind', 'tfjs'],
  }
}

/** The log and the one before it. */
function logBytes({ userFolder }: DesktopApp): number {
  const files = ['graft.log', 'graft.log.1'].map((name) => join(userFolder, 'logs', name))
  return files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0)
}

/** Everything below a folder that is not below one of `except`. */
function filesOf(folder: string, except: readonly string[]): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (except.includes(path)) return []
    return entry.isDirectory() ? filesOf(path, except) : [relative(folder, path)]
  })
}

test(
  `${CALLS} calls of random names with random inputs: each is answered, and nothing breaks`,
  { timeout: 600_000 },
  async () => {
    // One of its own: into the shared one the apps of other files write meanwhile.
    const { remove, ...stage } = await stageElectron()
    onTestFinished(remove)
    const desktop = await startTestApp({ program: stage.program, home: writableFolder(stage, 'home') })
    const folder = writableFolder(stage, 'table')
    const poolOf = await prepare(desktop, folder)
    const outside = (): string[] => [
      ...filesOf(stage.folder, [
        desktop.userFolder,
        stage.compileCache,
        join(desktop.home, '.config'),
        join(desktop.home, '.cache'),
      ]),
    ]
    const before = outside()
    const calls = fc.sample(fuzzCalls(poolOf, STARTS_WORK), { seed: SEED, numRuns: CALLS })
    const counts = new Map<string, number>()
    const wrong: string[] = []
    let slowestMs = 0
    for (let from = 0; from < calls.length; from += BATCH) {
      const batch = calls.slice(from, from + BATCH)
      const outcomes = await callAll(desktop, batch)
      for (const [at, { name, kind, text }] of outcomes.entries()) {
        counts.set(kind, (counts.get(kind) ?? 0) + 1)
        const call = JSON.stringify(batch[at])
        const isKnown = kind === 'ok' || (isErrorCode(kind) && kind !== 'E_INTERNAL')
        if (isKnown || (kind === 'threw' && isOfTheBridge(text, call))) continue
        wrong.push(`${name}: ${kind} ${text} ${call.slice(0, 600)}`)
      }
      const start = performance.now()
      expect((await desktop.call('system.info')).ok).toBe(true)
      slowestMs = Math.max(slowestMs, performance.now() - start)
      await desktop.call('workspace.openSample', { id: 'digits' })
    }
    process.stdout.write(
      `fuzz: seed ${SEED}, ${JSON.stringify(Object.fromEntries([...counts].sort()))}, slowest system.info ${slowestMs.toFixed(0)} ms, log ${(logBytes(desktop) / 1e6).toFixed(1)} MB\n`,
    )
    expect(wrong, `seed ${SEED}`).toEqual([])
    expect(counts.get('ok')).toBeGreaterThan(CALLS / 20)
    expect(slowestMs).toBeLessThan(1000)
    expect(logBytes(desktop)).toBeLessThan(11e6)
    expect(outside()).toEqual(before)
    const jobs = (await desktop.call<{ kind: string }[]>('jobs.list')).value ?? []
    expect(jobs.map(({ kind }) => kind).filter((kind) => kind !== 'import')).toEqual([])
    expect(await desktop.page.evaluate('[({}).polluted, Object.keys(Object.prototype).length]')).toEqual([undefined, 0])
    expect(await desktop.app.evaluate(() => ({}) as Record<string, unknown>)).toEqual({})
  },
)

test('huge calls are refused at once, and nothing of them stays', async () => {
  const desktop = await startTestApp()
  const huge: [string, string][] = [
    ['buffer', `new ArrayBuffer(64_000_000)`],
    ['text', `'x'.repeat(40_000_000)`],
    ['list', `Array.from({ length: 1_000_000 }, (_, n) => n)`],
    ['holes', `new Array(2_000_000)`],
    ['names', `Object.fromEntries(Array.from({ length: 300_000 }, (_, n) => ['k' + n, [n]]))`],
    [
      'doubled',
      `(() => { let value = 1; for (let n = 0; n < 18; n++) value = [value, value]; return [value, value, value] })()`,
    ],
    ['nested', `(() => { let value = 1; for (let n = 0; n < 300; n++) value = [value]; return value })()`],
  ]
  for (const [what, value] of huge) {
    const code = await desktop.page.evaluate<string>(`workbench.call('system.setSetting', { key: 'x', value: ${value} })
      .then((reply) => reply.ok ? 'taken' : reply.error.code, (error) => error.message)`)
    expect(code, what).toBe('E_INPUT')
    const start = performance.now()
    expect((await desktop.call('system.info')).ok).toBe(true)
    expect(performance.now() - start, `after ${what}`).toBeLessThan(1000)
  }
  // Settings are kept in one file, which does not grow for ever; neither does the log.
  const codes = await desktop.page.evaluate<string[]>(`(async () => {
    const codes = []
    for (let n = 0; n < 8; n++) {
      const reply = await workbench.call('system.setSetting', { key: 'big' + n, value: 'x'.repeat(900_000) })
      codes.push(reply.ok ? 'taken' : reply.error.code)
    }
    const target = 'x'.repeat(2000)
    for (let n = 0; n < 70; n++) await Promise.all(Array.from({ length: 100 }, () => workbench.call('system.reportBlocked', { target })))
    return codes
  })()`)
  expect(codes).toEqual([...Array<string>(4).fill('taken'), ...Array<string>(4).fill('E_INPUT')])
  expect(statSync(join(desktop.userFolder, 'settings.json')).size).toBeLessThan(4.1e6)
  expect(logBytes(desktop)).toBeGreaterThan(5e6)
  expect(logBytes(desktop)).toBeLessThan(11e6)
})

test('names of prototypes are names like all others, and unknown', async () => {
  const desktop = await startTestApp()
  const names = [
    '__proto__',
    'constructor',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'system.__proto__',
    'system.constructor',
    'then',
    '',
  ]
  for (const name of names) {
    expect(await desktop.call(name, {})).toMatchObject({ ok: false, error: { code: 'E_UNKNOWN_REQUEST' } })
  }
  const outcomes = await attempts(desktop, {
    proto: `return (await workbench.call('system.setSetting', JSON.parse('{"key":"a","value":{"__proto__":{"polluted":1}}}'))).ok`,
    keys: `const reply = await workbench.call('system.info', JSON.parse('{"__proto__":{"a":1}}'))
      return reply.error?.code ?? 'dropped'`,
    constructor: `return (await workbench.call('system.info', { constructor: 1 })).error.code`,
    key: `return (await workbench.call('system.setSetting', { key: '__proto__', value: { polluted: 1 } })).ok`,
    polluted: `return [({}).polluted, (await workbench.call('system.settings', {})).value.polluted]`,
    event: `workbench.on('__proto__', () => 1)`,
    object: `return (await workbench.call({ toString: () => 'system.info' }, {})).error.code`,
  })
  expect(outcomes).toMatchObject({
    keys: expect.stringMatching(/^(E_INPUT|dropped)$/) as string,
    constructor: 'E_INPUT',
    polluted: '[null,null]',
    object: 'E_UNKNOWN_REQUEST',
  })
  expect(outcomes['event']).toMatch(/^threw/)
  expect(await desktop.app.evaluate(() => ({}) as { polluted?: number })).toEqual({})
  expect(REQUEST_NAMES).not.toContain('__proto__')
})

describe('while the app ends', () => {
  test('calls of the page are answered: Graft is closing', async () => {
    const desktop = await startTestApp()
    const said: string[] = []
    desktop.page.on('console', (message) => said.push(message.text()))
    // A window goes before anything else does; this one stays, and its page asks on.
    await desktop.app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows()
      const destroy = window?.destroy.bind(window)
      Object.assign(window as object, { destroy: () => void setTimeout(() => destroy?.(), 700) })
      window?.on('close', (event) => event.preventDefault())
    })
    await desktop.page.evaluate(`void setInterval(() => {
      workbench.call('runs.list', {}).then((reply) => console.log(reply.ok ? 'answered' : reply.error.code), (error) => console.log('REJECTED ' + error.message))
      workbench.pathForFile(new File([], 'x')).catch((error) => console.log('file: ' + error.message))
    }, 5)`)
    const gone = desktop.app.waitForEvent('close')
    await desktop.app.evaluate(({ app }) => void setTimeout(() => app.quit()))
    await gone
    expect(said).toContain('E_CANCELLED')
    expect(said).toContain('file: Graft is closing. Received: a call after that.')
    expect([...said, ...desktop.said].join('\n')).not.toMatch(/REJECTED|No handler registered/)
  })
})
