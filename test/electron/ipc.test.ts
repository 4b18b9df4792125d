import { join } from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { CallContext } from '../../src-main/contract/define.ts'
import type { Workbench } from '../../src-main/core/workbench.ts'
import { createGrants } from '../../src-main/hosts/electron/grants.ts'
import { joinWindows } from '../../src-main/hosts/electron/ipc.ts'
import { pathSources } from '../../src-main/hosts/shared/path-sources.ts'
import { WebContentsDouble } from './electron-double.ts'
import { keptLog, temporaryFolder, theDouble } from './support.ts'

vi.mock('electron', async () => (await import('./electron-double.ts')).createElectron())

const electron = await theDouble()
const log = keptLog()
const calls: { name: string; input: unknown; context: CallContext }[] = []
let announce: (name: string, payload: unknown) => void = () => undefined
let id = 0
const grants = createGrants({ id: () => `id${(id += 1)}` }, pathSources)
const workbench = {
  dispatch: async (name: string, input: unknown, context: CallContext) => {
    calls.push({ name, input, context })
    return { ok: true, value: name }
  },
  subscribe: (listener: typeof announce) => {
    announce = listener
    return () => (announce = () => undefined)
  },
} as unknown as Workbench
const leave = joinWindows(workbench, grants, log)
const call = electron.ipcMain.handlers.get('wb:call') as (...args: unknown[]) => Promise<unknown>
const grant = electron.ipcMain.handlers.get('wb:grant') as (...args: unknown[]) => Promise<unknown>

beforeEach(() => void (calls.length = 0))

function window() {
  const made = new electron.BrowserWindow({ webPreferences: {} })
  const event = { sender: made.webContents, senderFrame: { url: 'wb://app/index.html', parent: null as object | null } }
  return { made, event }
}

describe('calls', () => {
  test('of our own page are dispatched and answered', async () => {
    const { event } = window()
    expect(await call(event, 'system.info', { a: 1 })).toEqual({ ok: true, value: 'system.info' })
    expect(calls[0]).toMatchObject({ name: 'system.info', input: { a: 1 }, context: { origin: 'electron' } })
  })

  test('of anyone else are dropped and logged', async () => {
    const { event } = window()
    const frame = (url: string, parent: object | null = null): object => ({ ...event, senderFrame: { url, parent } })
    const foreign = [
      frame('https://evil.example/'),
      frame('wb://app.evil/'),
      frame('wb://media/1'),
      frame(''),
      frame('wb://app/index.html', { url: 'wb://app/' }),
      { ...event, senderFrame: null },
      { ...event, sender: new WebContentsDouble() },
    ]
    for (const from of foreign) {
      expect(await call(from, 'system.info', {})).toMatchObject({ ok: false, error: { code: 'E_ACCESS' } })
      expect(await grant(from, '/etc/passwd')).toMatchObject({ ok: false, error: { code: 'E_ACCESS' } })
    }
    expect(await call(event, { toString: () => 'system.info' }, {})).toMatchObject({ ok: false })
    expect(calls).toEqual([])
    expect(log.lines.join('\n')).toContain('https://evil.example/')
  })

  test('are dropped when their window is gone', async () => {
    const { event, made } = window()
    await call(event, 'system.info', {})
    await call(event, 'runs.list', {})
    expect(calls.map((one) => one.context.signal.aborted)).toEqual([false, false])
    made.destroy()
    expect(calls.map((one) => one.context.signal.aborted)).toEqual([true, true])
  })
})

test('events reach every living window', () => {
  const [one, two, gone] = [window().made, window().made, window().made]
  gone.destroy()
  announce('runs.changed', { id: 'r' })
  for (const made of [one, two]) expect(made.webContents.sent).toEqual([['wb:event', 'runs.changed', { id: 'r' }]])
  expect(gone.webContents.sent).toEqual([])
})

describe('a dropped file', () => {
  test('becomes a handle that resolves to its path', async () => {
    const { event } = window()
    const folder = temporaryFolder()
    const reply = (await grant(event, folder)) as { value: string }
    expect(reply.value).toMatch(/^grant:/)
    expect(grants.sources.resolve(reply.value)).toBe(folder)
  })

  test.each(['', 'photos', '../photos', join(electron.app.getPath('sessionData'), 'File System/000/t/00/00000001')])(
    'without a path that somebody chose is refused: %j',
    async (path) => {
      const reply = await grant(window().event, path)
      expect(reply).toMatchObject({ ok: false, error: { code: 'E_SOURCE_PATH' } })
    },
  )
})

test('after leaving, calls of a page that closes are told so; nothing is dispatched', async () => {
  const { event, made } = window()
  leave()
  expect(await call(event, 'runs.list', {})).toMatchObject({ ok: false, error: { code: 'E_CANCELLED' } })
  expect(await grant(event, '/home/me/photos')).toMatchObject({ ok: false, error: { code: 'E_CANCELLED' } })
  announce('runs.changed', { id: 'r' })
  expect([calls, made.webContents.sent]).toEqual([[], []])
})
