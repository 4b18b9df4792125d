import { vi } from 'vitest'
import { createGrants } from '../../src-main/hosts/electron/grants.ts'
import { joinWindows } from '../../src-main/hosts/electron/ipc.ts'
import { pathSources } from '../../src-main/hosts/shared/path-sources.ts'
import type { Reply } from '../../src-main/contract/index.ts'
import { keptLog, theDouble } from '../electron/support.ts'
import { contractSuite } from '../support/contract-suite.ts'

vi.mock('electron', async () => (await import('../electron/electron-double.ts')).createElectron())

const electron = await theDouble()

/** Through the window's channel; what crosses is cloned, as between real processes. */
contractSuite('over Electron', async ({ workbench }) => {
  electron.ipcMain.handlers.clear()
  const grants = createGrants({ id: () => 'id' }, pathSources)
  const leave = joinWindows(workbench, grants, keptLog())
  const call = electron.ipcMain.handlers.get('wb:call') as (...args: unknown[]) => Promise<Reply<unknown>>
  const { webContents } = new electron.BrowserWindow({ webPreferences: {} })
  const event = { sender: webContents, senderFrame: { url: 'wb://app/index.html', parent: null } }
  return {
    call: async (name, input) => structuredClone(await call(event, name, structuredClone(input))),
    close: async () => leave(),
  }
})
