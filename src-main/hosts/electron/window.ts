import { app, BrowserWindow } from 'electron'
import { APP_ADDRESS } from './addresses.ts'
import { type Bounds, readBounds, writeBounds } from './window-bounds.ts'

export interface WindowOptions {
  /** Absolute path of the built preload script. */
  readonly preload: string
  readonly icon: string
  /** Where the last size and place are remembered. */
  readonly boundsFile: string
}

/** The one place where windows are made. There is no parameter that could weaken a page's isolation. */
export function createWindow(options: WindowOptions): BrowserWindow {
  const bounds: Bounds = readBounds(options.boundsFile)
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 900,
    minHeight: 600,
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
  window.once('ready-to-show', () => window.show())
  window.on('close', () => writeBounds(options.boundsFile, window.getNormalBounds()))
  // A page that crashed is drawn again from the store, which lost nothing.
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason !== 'clean-exit' && !window.isDestroyed()) window.webContents.reload()
  })
  void window.loadURL(APP_ADDRESS)
  return window
}
