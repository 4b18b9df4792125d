import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { app, BrowserWindow, Menu, powerMonitor, session } from 'electron'
import { END_SIGNALS } from '../../base/end-signals.ts'
import type { Clock, Log, Ports, RandomSource } from '../../base/ports.ts'
import { createWorkbench } from '../../core/workbench.ts'
import { nodeLauncher } from '../shared/node-launcher.ts'
import { pathSources } from '../shared/path-sources.ts'
import { APP_ADDRESS } from './addresses.ts'
import { createDialogs } from './dialogs.ts'
import { dispatch } from './dispatch.ts'
import { documentAt } from './documents.ts'
import { createEnding, type Ending } from './ending.ts'
import { fileLog } from './file-log.ts'
import { type Folders, folders } from './folders.ts'
import { createGrants, type Grants } from './grants.ts'
import { joinWindows } from './ipc.ts'
import { createMenu } from './menu.ts'
import { ask } from './message-box.ts'
import { createOpening, type Opening, workspaceArgument } from './opening.ts'
import { registerScheme, serveScheme } from './protocol.ts'
import { hardenContents, hardenProcess, hardenSession } from './security.ts'
import { replacedQuestion, writableUserFolders } from './user-folders.ts'
import { createWindow, rememberBounds } from './window.ts'
import { watchTraining } from './work-in-progress.ts'

const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'
const clock: Clock = { now: () => Date.now() }
const random: RandomSource = {
  id: (length) => Array.from(randomBytes(length), (byte) => ALPHABET[byte % 32]).join(''),
}

/** What a second start hands to the first. */
interface StartedAgain {
  readonly workspace: string | null
}

/** Puts the app together; resolves when its window is open (or at once, when another instance has it). */
export async function startApp(args: readonly string[]): Promise<void> {
  hardenProcess()
  registerScheme()
  const { user, replaced } = writableUserFolders(folders().user)
  const places: Folders = { ...folders(), user }
  const asked = workspaceArgument(args)
  const mine: StartedAgain = { workspace: asked ?? null }
  if (!app.requestSingleInstanceLock({ ...mine })) return app.quit()
  const log = fileLog(join(places.user, 'logs', 'graft.log'), clock)
  logFailures(log)
  const grants = createGrants(random, pathSources)
  await app.whenReady()
  const workbench = createWorkbench(ports(places, log, grants))
  const report = (target: string): void => {
    void dispatch(workbench, 'system.reportBlocked', { target })
  }
  hardenContents(log, report, (address) => documentAt(workbench, address))
  hardenSession(session.defaultSession, log, report)
  serveScheme(session.defaultSession, places.page, workbench)
  Menu.setApplicationMenu(createMenu(process.platform, app.isPackaged))
  const boundsFile = join(places.user, 'window.json')
  const remember = (window: BrowserWindow): void => rememberBounds(window, boundsFile)
  const ending = createEnding({ workbench, log, remember, leave: joinWindows(workbench, grants, log) })
  endWithSystem(ending)
  const opening = createOpening(workbench, grants, log)
  const isTraining = watchTraining(workbench)
  const address = await opening.first(asked)
  const open = (page: string): void => {
    const window = createWindow({ address: page, preload: places.preload, icon: places.icon, boundsFile, log })
    endWithWindow(window, ending, isTraining)
  }
  keepRunning(open, ending, opening)
  open(address)
  for (const { folder, why } of replaced) log.warn('A folder of the user cannot be written to.', { folder, why })
  if (replaced.length > 0 && !(await ask(replacedQuestion(replaced)))) app.quit()
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
function keepRunning(open: (address: string) => void, ending: Ending, opening: Opening): void {
  app.on('second-instance', (_event, _args, _folder, data) => {
    const { workspace } = data as StartedAgain
    if (ending.hasBegun) return ending.startAgain(workspace === null ? [] : ['--workspace', workspace])
    const [window] = BrowserWindow.getAllWindows()
    if (window === undefined) open(APP_ADDRESS)
    if (window?.isMinimized()) window.restore()
    window?.show()
    window?.focus()
    void opening.again(workspace ?? undefined)
  })
  app.on('activate', () => BrowserWindow.getAllWindows().length === 0 && !ending.hasBegun && open(APP_ADDRESS))
  app.on('window-all-closed', () => process.platform !== 'darwin' && app.quit())
  app.on('before-quit', (event) => {
    if (ending.isOver) return
    event.preventDefault()
    ending.request()
  })
}

/** Closing the window is quitting, except on macOS: there the app goes on without one, and so does what runs in it. */
function endWithWindow(window: BrowserWindow, ending: Ending, isTraining: () => boolean): void {
  window.on('close', (event) => {
    if (ending.isOver || process.platform === 'darwin') return
    event.preventDefault()
    ending.request()
  })
  // Windows ends a process that has agreed; one that is about to write its checkpoint asks for the moment that this takes.
  window.on('query-session-end', (event) => {
    if (isTraining()) event.preventDefault()
    ending.now('The session of the user ends.')
  })
  window.on('session-end', () => ending.now('The session of the user has ended.'))
}

/** A log-out or a shut-down: nobody may be there to answer a question. */
function endWithSystem(ending: Ending): void {
  // Here and not earlier: Electron sets its own handlers until it is ready.
  for (const signal of END_SIGNALS) {
    process.on(signal, () => {
      // Chromium's own processes end with the signal, and cannot be started again. After six attempts to draw it would give up
      // with a crash, before the checkpoint is written.
      app.commandLine.appendSwitch('disable-gpu-process-crash-limit')
      ending.now(`The system has sent ${signal}.`)
    })
  }
  powerMonitor.on('shutdown', (...[event]: unknown[]) => {
    // Holds the shut-down up until the checkpoint is written.
    ;(event as Electron.Event | undefined)?.preventDefault()
    ending.now('The system shuts down.')
  })
}

function logFailures(log: Log): void {
  process.on('uncaughtException', (error) => log.error('Uncaught exception.', { stack: String(error.stack) }))
  process.on('unhandledRejection', (reason) => log.error('Unhandled rejection.', { reason: String(reason) }))
  app.on('child-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit') log.info('A process of Chromium has ended.', { ...details })
    else log.error('A process of Chromium is gone.', { ...details })
  })
}
