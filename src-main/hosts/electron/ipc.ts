import { isAbsolute, join } from 'node:path'
import { app, BrowserWindow, ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron'
import type { Log } from '../../base/ports.ts'
import type { ErrorReply } from '../../contract/errors.ts'
import type { Reply } from '../../contract/index.ts'
import { isInside } from '../../core/files/is-inside.ts'
import type { Workbench } from '../../core/workbench.ts'
import { isAppAddress } from './addresses.ts'
import { CALL_CHANNEL, EVENT_CHANNEL, GRANT_CHANNEL } from './channels.ts'
import type { Grants } from './grants.ts'

/** Joins windows to the workbench: one channel for calls, one for events, one for dropped files. Answers how to leave: from then on
 *  calls are told that Graft is closing, for the page of a closing window still asks. */
export function joinWindows(workbench: Workbench, grants: Grants, log: Log): () => void {
  let isClosing = false
  ipcMain.handle(CALL_CHANNEL, async (event, name: unknown, input: unknown): Promise<Reply<unknown>> => {
    if (!isOurs(event) || typeof name !== 'string') return refuse(log, event)
    if (isClosing) return CLOSING
    return workbench.dispatch(name, input, { signal: goneSignal(event.sender), origin: 'electron' })
  })
  ipcMain.handle(GRANT_CHANNEL, async (event, path: unknown): Promise<Reply<unknown>> => {
    if (!isOurs(event) || typeof path !== 'string') return refuse(log, event)
    if (isClosing) return CLOSING
    return isAbsolute(path) && !isMadeByPage(path) ? { ok: true, value: grants.grant(path) } : NOT_ON_DISK
  })
  const stop = workbench.subscribe((name, payload) => {
    for (const window of BrowserWindow.getAllWindows()) {
      if (!window.isDestroyed() && !window.webContents.isDestroyed())
        window.webContents.send(EVENT_CHANNEL, name, payload)
    }
  })
  return () => {
    isClosing = true
    stop()
  }
}

const CLOSING: Reply<unknown> = {
  ok: false,
  error: { code: 'E_CANCELLED', message: 'Graft is closing. Received: a call after that.', fix: 'Start Graft again.' },
}

/** Where Chromium keeps the files of a page's own file system. They have paths, but nobody chose them. */
const PAGE_FOLDERS = ['File System', 'WebStorage']

function isMadeByPage(path: string): boolean {
  return PAGE_FOLDERS.some((name) => isInside(join(app.getPath('sessionData'), name), path))
}

/** Also the answer to a File that a script made itself: it has no path. */
const NOT_ON_DISK: Reply<unknown> = {
  ok: false,
  error: {
    code: 'E_SOURCE_PATH',
    message: 'Expected a file or folder of this computer. Received: something without a path.',
    fix: 'Save it as a file first, then drop that.',
  },
}

/** Only the top frame of one of our own windows, showing our own page, may speak. */
function isOurs(event: IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame
  if (frame === null || frame.parent !== null || !isAppAddress(frame.url)) return false
  return BrowserWindow.fromWebContents(event.sender) !== null
}

function refuse(log: Log, event: IpcMainInvokeEvent): Reply<unknown> {
  const from = event.senderFrame?.url.slice(0, 200) ?? 'a frame that is gone'
  log.warn('A message from a foreign frame was dropped.', { from })
  const error: ErrorReply = { code: 'E_ACCESS', message: 'Expected a call from a window of Graft.' }
  return { ok: false, error }
}

const signals = new WeakMap<WebContents, AbortSignal>()

/** One signal per page: what it asked for is dropped when its window is gone. */
function goneSignal(contents: WebContents): AbortSignal {
  const known = signals.get(contents)
  if (known !== undefined) return known
  const controller = new AbortController()
  contents.once('destroyed', () => controller.abort())
  signals.set(contents, controller.signal)
  return controller.signal
}
