import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { startApp } from '../../src-main/hosts/electron/app.ts'
import { workspaceArgument } from '../../src-main/hosts/electron/opening.ts'
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
if (window === undefined) throw new Error('no window')

beforeEach(() => void electron.dialog.showMessageBox.mockClear())

/** A call as the page makes it. */
async function call(name: string, input: unknown): Promise<{ ok: boolean; value?: Record<string, unknown> }> {
  const event = { sender: window?.webContents, senderFrame: { url: 'wb://app/index.html', parent: null } }
  return (await electron.ipcMain.handlers.get('wb:call')?.(event, name, input)) as { ok: boolean }
}

const log = (): string => readFileSync(join(folder, 'user', 'logs', 'graft.log'), 'utf8')
const startAgain = (path: string | null) => electron.app.emit('second-instance', {}, [], '/', { workspace: path })

test('sandbox and scheme come before Electron is ready', () => {
  expect(order).toEqual(['sandbox', 'scheme', 'ready'])
})

test('one window is open, with the built preload, on the workspace that was asked for', async () => {
  expect(electron.BrowserWindow.getAllWindows()).toHaveLength(1)
  expect(window.options.webPreferences['preload']).toMatch(/out[\\/]preload[\\/]preload\.cjs$/)
  expect((await call('workspace.state', {})).value).toMatchObject({ open: true, path: workspace })
  expect(existsSync(join(workspace, 'graft.sqlite'))).toBe(true)
  expect(window.webContents.url).toBe('wb://app/index.html#/data')
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

test('a second start comes to the first window, and leaves it where it is', async () => {
  window.isMinimized.mockReturnValueOnce(true)
  startAgain(workspace)
  expect(window.restore).toHaveBeenCalledOnce()
  expect(window.focus).toHaveBeenCalledOnce()
  startAgain(null)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(window.webContents.url).toBe('wb://app/index.html#/data')
  expect((await call('workspace.state', {})).value).toMatchObject({ path: workspace })
})

test('a second start with a workspace opens it in the first window; one that is none is handed to the page', async () => {
  const other = join(folder, 'other')
  startAgain(other)
  await vi.waitFor(async () => expect((await call('workspace.state', {})).value).toMatchObject({ path: other }))
  const file = join(other, 'graft.sqlite', 'deeper')
  startAgain(file)
  await vi.waitFor(() => expect(window.webContents.url).toMatch(/#\/\?open=grant%3A\w+&label=deeper$/))
  expect(log()).toContain('The workspace of the command line could not be opened.')
  expect((await call('workspace.state', {})).value).toMatchObject({ path: other })
})

test('events of the workbench reach the window', async () => {
  window.webContents.sent.length = 0
  await call('workspace.close', {})
  await vi.waitFor(() => expect(window.webContents.sent.map(([, name]) => name)).toContain('workspace.changed'))
})

test('without the lock the app ends before it touches anything, and says what it was started with', async () => {
  electron.app.requestSingleInstanceLock.mockReturnValueOnce(false)
  await startApp(['/some/folder'])
  expect(electron.app.requestSingleInstanceLock).toHaveBeenLastCalledWith({ workspace: '/some/folder' })
  expect(electron.app.quit).toHaveBeenCalledOnce()
  expect(electron.BrowserWindow.getAllWindows()).toHaveLength(1)
})

test('failures nobody caught, and processes that are gone, are in the log file', () => {
  process.emit('unhandledRejection', new Error('lost'), Promise.resolve())
  expect(log()).toContain('Unhandled rejection. {"reason":"Error: lost"}')
  electron.app.emit('child-process-gone', {}, { type: 'GPU', reason: 'crashed', exitCode: 139 })
  expect(log()).toContain('A process of Chromium is gone. {"type":"GPU","reason":"crashed","exitCode":139}')
  electron.app.emit('child-process-gone', {}, { type: 'Utility', reason: 'clean-exit', exitCode: 0 })
  expect(log()).toContain('info A process of Chromium has ended.')
})

test('folders that cannot be written to are replaced for the session, and the user is told', async () => {
  const before = { user: process.env['GRAFT_USER_FOLDER'], electron: electron.app.getPath('userData') }
  const file = join(folder, 'user', 'settings.json')
  mkdirSync(join(folder, 'user'), { recursive: true })
  process.env['GRAFT_USER_FOLDER'] = join(file, 'below a file')
  await call('system.setSetting', { key: 'a', value: 1 })
  electron.app.setPath('userData', join(file, 'too'))
  electron.app.whenReady.mockRejectedValueOnce(new Error('far enough'))
  await expect(startApp([])).rejects.toThrow('far enough')
  expect(electron.app.getPath('userData')).toMatch(/graft-electron-\w+$/)
  process.env['GRAFT_USER_FOLDER'] = before.user
  electron.app.setPath('userData', before.electron)
})

test('on macOS the app goes on without a window, and a click on its icon brings one', () => {
  const platform = vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin')
  electron.app.quit.mockClear()
  expect(window.close()).toBe(true)
  electron.app.emit('window-all-closed')
  expect(electron.app.quit).not.toHaveBeenCalled()
  electron.app.emit('activate')
  expect(electron.BrowserWindow.getAllWindows()).toHaveLength(1)
  electron.app.emit('activate')
  expect(electron.BrowserWindow.getAllWindows()).toHaveLength(1)
  platform.mockRestore()
})

test('closing the window closes the workbench first, once, and then everything', async () => {
  electron.app.quit.mockClear()
  const [last] = electron.BrowserWindow.getAllWindows()
  expect(last?.close()).toBe(false)
  await vi.waitFor(() => expect(electron.app.quit).toHaveBeenCalledOnce())
  expect(electron.dialog.showMessageBox).not.toHaveBeenCalled()
  expect(last?.isDestroyed()).toBe(true)
  const event = { preventDefault: vi.fn() }
  electron.app.emit('before-quit', event)
  expect(event.preventDefault).not.toHaveBeenCalled()
  expect(await call('runs.list', {})).toMatchObject({ ok: false, error: { code: 'E_CANCELLED' } })
  expect(JSON.parse(readFileSync(join(folder, 'user', 'window.json'), 'utf8'))).toMatchObject({ width: 1000 })
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
