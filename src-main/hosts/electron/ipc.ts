import { BrowserWindow, ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron'
import type { Log } from '../../base/ports.ts'
import type { ErrorReply } from '../../contract/errors.ts'
import type { Reply } from '../../contract/index.ts'
import type { Workbench } from '../../core/workbench.ts'
import { isAppAddress } from './addresses.ts'
import { CALL_CHANNEL, EVENT_CHANNEL, GRANT_CHANNEL } from './channels.ts'
import type { Grants } from './grants.ts'

/** Joins windows to the workbench: one channel for calls, one for events, one for dropped files. */
export function joinWindows(workbench: Workbench, grants: Grants, log: Log): () => void {
  ipcMain.handle(CALL_CHANNEL, async (event, name: unknown, input: unknown): Promise<Reply<unknown>> => {
    if (!isOurs(event) || typeof name !== 'string') return refuse(log, event)
    return workbench.dispatch(name, input, { signal: goneSignal(event.sender), origin: 'electron' })
  })
  ipcMain.handle(GRANT_CHANNEL, async (event, path: unknown): Promise<Reply<unknown>> => {
    if (!isOurs(event) || typeof path !== 'string' || path === '') return refuse(log, event)
    return { ok: true, value: grants.grant(path) }
  })
  const stop = workbench.subscribe((name, payload) => {
    for (const window of BrowserWindow.getAllWindows()) {
      if (!window.isDestroyed() && !window.webContents.isDestroyed())
        window.webContents.send(EVENT_CHANNEL, name, payload)
    }
  })
  return () => {
    stop()
    ipcMain.removeHandler(CALL_CHANNEL)
    ipcMain.removeHandler(GRANT_CHANNEL)
  }
}

/** Only the top frame of one of our own windows, showing our own page, may speak. */
function isOurs(event: IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame
  if (frame === null || frame.parent !== null || !isAppAddress(frame.url)) return false
  return BrowserWindow.fromWebContents(event.sender) !== null
}

function refuse(log: Log, event: IpcMainInvokeEvent): Reply<unknown> {
  log.warn('A message from a foreign frame was dropped.', { from: event.senderFrame?.url ?? 'a frame that is gone' })
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
