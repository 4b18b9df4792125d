import { app, BrowserWindow, screen } from 'electron'
import type { Log } from '../../base/ports.ts'
import { keepDrawn } from './recovery.ts'
import { placeWindow, readBounds, SMALLEST, writeBounds } from './window-bounds.ts'

export interface WindowOptions {
  /** The page that it begins with. */
  readonly address: string
  /** Absolute path of the built preload script. */
  readonly preload: string
  readonly icon: string
  /** Where the last size and place are remembered. */
  readonly boundsFile: string
  readonly log: Log
}

/** The one place where windows are made. There is no parameter that could weaken a page's isolation. */
export function createWindow(options: WindowOptions): BrowserWindow {
  const kept = readBounds(options.boundsFile)
  const window = new BrowserWindow({
    ...placeWindow(kept, workAreas()),
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    show: false,
    title: 'Graft',
    icon: options.icon,
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      spellcheck: false,
      // Graft asks in its own dialogs; a script's endless alerts would hold the window.
      disableDialogs: true,
      devTools: !app.isPackaged,
    },
  })
  window.once('ready-to-show', () => {
    if (kept?.maximized === true) window.maximize()
    window.show()
  })
  window.on('close', () => rememberBounds(window, options.boundsFile))
  keepDrawn(window, options.log)
  // A page that does not load is told of there.
  window.loadURL(options.address).catch(() => undefined)
  return window
}

/** Keeps how the window stands now. */
export function rememberBounds(window: BrowserWindow, boundsFile: string): void {
  writeBounds(boundsFile, { ...window.getNormalBounds(), maximized: window.isMaximized() })
}

/** The main screen first. */
function workAreas(): Electron.Rectangle[] {
  const main = screen.getPrimaryDisplay()
  return [main, ...screen.getAllDisplays().filter(({ id }) => id !== main.id)].map(({ workArea }) => workArea)
}
