import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import { app, BrowserWindow, Menu, session } from 'electron'
import type { Clock, Log, Ports, RandomSource } from '../../base/ports.ts'
import type { Reply } from '../../contract/index.ts'
import { createWorkbench, type Workbench } from '../../core/workbench.ts'
import { nodeLauncher } from '../shared/node-launcher.ts'
import { pathSources } from '../shared/node-ports.ts'
import { createDialogs } from './dialogs.ts'
import { fileLog } from './file-log.ts'
import { type Folders, folders } from './folders.ts'
import { createGrants, type Grants } from './grants.ts'
import { joinWindows } from './ipc.ts'
import { createMenu } from './menu.ts'
import { registerScheme, serveScheme } from './protocol.ts'
import { hardenContents, hardenProcess, hardenSession } from './security.ts'
import { createWindow } from './window.ts'

const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'
const clock: Clock = { now: () => Date.now() }
const random: RandomSource = {
  id: (length) => Array.from(randomBytes(length), (byte) => ALPHABET[byte % 32]).join(''),
}

/** Puts the app together; resolves when its window is open (or at once, when another instance has it). */
export async function startApp(args: readonly string[]): Promise<void> {
  hardenProcess()
  registerScheme()
  if (!app.requestSingleInstanceLock()) return app.quit()
  const places = folders()
  const log = fileLog(join(places.user, 'logs', 'graft.log'), clock)
  logFailures(log)
  const grants = createGrants(random, pathSources)
  await app.whenReady()
  const workbench = createWorkbench(ports(places, log, grants))
  const report = (target: string): void => {
    void dispatch(workbench, 'system.reportBlocked', { target })
  }
  hardenContents(log, report)
  hardenSession(session.defaultSession, log, report)
  serveScheme(session.defaultSession, places.page, workbench)
  const leave = joinWindows(workbench, grants, log)
  Menu.setApplicationMenu(createMenu(process.platform, app.isPackaged))
  const folder = workspaceArgument(args)
  if (folder !== undefined) {
    // A folder named at the start is chosen, like one of a dialog.
    const reply = await dispatch(workbench, 'workspace.open', { source: grants.grant(folder), create: true })
    if (!reply.ok) log.warn('The workspace of the command line could not be opened.', { ...reply.error })
  }
  keepRunning(places, workbench, leave)
}

function ports(places: Folders, log: Log, grants: Grants): Ports {
  return {
    host: 'electron',
    version: app.getVersion(),
    clock,
    random,
    log,
    trainer: nodeLauncher({ node: places.node, entry: places.trainer }),
    sources: grants.sources,
    dialogs: createDialogs(grants),
    resourcesFolder: places.resources,
    userFolder: places.user,
  }
}

/** Windows come and go; the workbench closes (and lets go of its workspace) before the app ends. */
function keepRunning(places: Folders, workbench: Workbench, leave: () => void): void {
  const open = (): BrowserWindow =>
    createWindow({ preload: places.preload, icon: places.icon, boundsFile: join(places.user, 'window.json') })
  let isClosed = false
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows()
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  app.on('activate', () => BrowserWindow.getAllWindows().length === 0 && open())
  app.on('window-all-closed', () => process.platform !== 'darwin' && app.quit())
  app.on('before-quit', (event) => {
    if (isClosed) return
    event.preventDefault()
    isClosed = true
    leave()
    void workbench.close().finally(() => app.quit())
  })
  open()
}

/** `graft DIR` or `graft --workspace DIR`. */
export function workspaceArgument(args: readonly string[]): string | undefined {
  const at = args.indexOf('--workspace')
  const folder = at >= 0 ? args[at + 1] : args.find((arg) => !arg.startsWith('-'))
  return folder === undefined ? undefined : resolve(folder)
}

function dispatch(workbench: Workbench, name: string, input: unknown): Promise<Reply<unknown>> {
  return workbench.dispatch(name, input, { signal: new AbortController().signal, origin: 'electron' })
}

function logFailures(log: Log): void {
  process.on('uncaughtException', (error) => log.error('Uncaught exception.', { stack: String(error.stack) }))
  process.on('unhandledRejection', (reason) => log.error('Unhandled rejection.', { reason: String(reason) }))
}
