import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { startApp, workspaceArgument } from '../../src-main/hosts/electron/app.ts'
import { theDouble } from './support.ts'

vi.mock('electron', async () => (await import('./electron-double.ts')).createElectron())

const electron = await theDouble()
const folder = mkdtempSync(join(tmpdir(), 'graft-electron-app-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
process.env['GRAFT_USER_FOLDER'] = join(folder, 'user')
const workspace = join(folder, 'work')

const order: string[] = []
electron.app.enableSandbox.mockImplementation(() => void order.push('sandbox'))
electron.protocol.registerSchemesAsPrivileged.mockImplementation(() => void order.push('scheme'))
electron.app.whenReady.mockImplementation(async () => void order.push('ready'))
await startApp(['--workspace', workspace])
const [window] = electron.BrowserWindow.getAllWindows()

/** A call as the page makes it. */
async function call(name: string, input: unknown): Promise<{ ok: boolean; value?: Record<string, unknown> }> {
  const event = { sender: window?.webContents, senderFrame: { url: 'wb://app/index.html', parent: null } }
  return (await electron.ipcMain.handlers.get('wb:call')?.(event, name, input)) as { ok: boolean }
}

test('sandbox and scheme come before Electron is ready', () => {
  expect(order).toEqual(['sandbox', 'scheme', 'ready'])
})

test('one window is open, with the built preload, on the workspace that was asked for', async () => {
  expect(electron.BrowserWindow.getAllWindows()).toHaveLength(1)
  expect(window?.options.webPreferences['preload']).toMatch(/out[\\/]preload[\\/]preload\.cjs$/)
  expect((await call('workspace.state', {})).value).toMatchObject({ open: true, path: workspace })
  expect(existsSync(join(workspace, 'graft.sqlite'))).toBe(true)
})

test('the page talks to the real workbench', async () => {
  expect((await call('system.info', {})).value).toMatchObject({
    host: 'electron',
    nativeDialogs: true,
    version: '0.1.0',
  })
  expect(await call('no.such', {})).toMatchObject({ ok: false, error: { code: 'E_UNKNOWN_REQUEST' } })
})

test('what a page tried to reach is refused and shown to the user', async () => {
  const handler = electron.session.defaultSession.handlers['beforeRequest'] as unknown as (
    details: object,
    callback: (reply: object) => void,
  ) => void
  const replies: object[] = []
  handler({ url: 'https://evil.example/x' }, (reply) => replies.push(reply))
  expect(replies).toEqual([{ cancel: true }])
  await vi.waitFor(async () => {
    const { value } = await call('system.info', {})
    expect(value?.['blockedConnections']).toEqual([expect.objectContaining({ target: 'https://evil.example/x' })])
  })
})

test('events of the workbench reach the window', async () => {
  if (window) window.webContents.sent.length = 0
  await call('workspace.close', {})
  await vi.waitFor(() => expect(window?.webContents.sent.map(([, name]) => name)).toContain('workspace.changed'))
})

test('a second start comes to the first window', () => {
  window?.isMinimized.mockReturnValueOnce(true)
  electron.app.emit('second-instance')
  expect(window?.restore).toHaveBeenCalledOnce()
  expect(window?.focus).toHaveBeenCalledOnce()
})

test('without the lock the app ends before it touches anything', async () => {
  electron.app.requestSingleInstanceLock.mockReturnValueOnce(false)
  await startApp([])
  expect(electron.app.quit).toHaveBeenCalledOnce()
  expect(electron.BrowserWindow.getAllWindows()).toHaveLength(1)
})

test('failures nobody caught are in the log file', () => {
  process.emit('unhandledRejection', new Error('lost'), Promise.resolve())
  expect(readFileSync(join(folder, 'user', 'logs', 'graft.log'), 'utf8')).toContain(
    'Unhandled rejection. {"reason":"Error: lost"}',
  )
})

test('quitting closes the workbench first, once', async () => {
  const event = { preventDefault: vi.fn() }
  electron.app.emit('before-quit', event)
  await vi.waitFor(() => expect(electron.app.quit).toHaveBeenCalledOnce())
  electron.app.emit('before-quit', event)
  expect(event.preventDefault).toHaveBeenCalledOnce()
  expect(await call('runs.list', {})).toMatchObject({ ok: false, error: { code: 'E_CANCELLED' } })
})

describe('the workspace to open', () => {
  test.each([
    [['--workspace', '/a'], '/a'],
    [['/a'], '/a'],
    [['--no-sandbox', '/a'], '/a'],
    [['--no-sandbox'], undefined],
    [[], undefined],
  ] as const)('of %j is %s', (args, expected) => expect(workspaceArgument(args)).toBe(expected))
})
