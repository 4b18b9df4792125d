import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test, vi } from 'vitest'
import { createContext, projectRoot } from '../../build/setup/context.mjs'
import { ensureRenderer } from '../../build/setup/ensure-renderer.mjs'
import { theDouble } from '../electron/support.ts'

vi.mock('electron', async () => (await import('../electron/electron-double.ts')).createElectron())

const folder = mkdtempSync(join(tmpdir(), 'graft-built-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The built main script, as Electron would run it: it has to find its migrations, pages and preload where it now lies. */
test('the built app opens a window and a workspace', { timeout: 120_000 }, async () => {
  await ensureRenderer(createContext())
  process.env['GRAFT_USER_FOLDER'] = join(folder, 'user')
  const electron = await theDouble()
  electron.app.getAppPath = () => projectRoot
  await import(/* @vite-ignore */ pathToFileURL(join(projectRoot, 'out/main/hosts/electron/main.js')).href)
  const window = await vi.waitFor(() => {
    const [first] = electron.BrowserWindow.getAllWindows()
    expect(first).toBeDefined()
    return first
  })
  expect(existsSync(String(window?.options.webPreferences['preload']))).toBe(true)
  const event = { sender: window?.webContents, senderFrame: { url: 'wb://app/index.html', parent: null } }
  const call = electron.ipcMain.handlers.get('wb:call') as (...args: unknown[]) => Promise<unknown>
  // As a dropped folder: the page gets a handle, and no path that it names itself is taken.
  const grant = electron.ipcMain.handlers.get('wb:grant') as typeof call
  const { value: source } = (await grant(event, join(folder, 'work'))) as { value: string }
  const input = { source, create: true }
  expect(await call(event, 'workspace.open', input)).toMatchObject({ ok: true, value: { open: true } })
  const page = electron.session.defaultSession.handlers['wb'] as unknown as (request: object) => Promise<Response>
  expect(await (await page({ url: 'wb://app/', method: 'GET' })).text()).toContain('<script type="module"')
  electron.app.emit('before-quit', { preventDefault: () => undefined })
  await vi.waitFor(() => expect(electron.app.quit).toHaveBeenCalled())
})
