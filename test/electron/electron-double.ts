import { EventEmitter } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'

/**
 * A double of the parts of Electron's API that Graft uses, made to be driven: tests fire what Electron would fire and look
 * at what the host did. `vi.mock('electron', () => createElectron())` puts it in place of the real module, which has no
 * binary on every machine that runs these tests.
 */
export function createElectron() {
  const app = createApp()
  const contents = new Map<WebContentsDouble, BrowserWindowDouble>()
  const windows: BrowserWindowDouble[] = []
  const session = createSession()
  const ipc = createIpc()

  class BrowserWindow extends BrowserWindowDouble {
    constructor(options: WindowOptions) {
      super(options)
      windows.push(this)
      contents.set(this.webContents, this)
      app.emit('web-contents-created', {}, this.webContents)
    }
    static getAllWindows(): BrowserWindowDouble[] {
      return windows.filter((window) => !window.isDestroyed())
    }
    static fromWebContents(found: WebContentsDouble): BrowserWindowDouble | null {
      return contents.get(found) ?? null
    }
    static getFocusedWindow(): BrowserWindowDouble | null {
      return windows.find((window) => window.isFocused) ?? null
    }
  }

  return {
    app,
    BrowserWindow,
    session: { defaultSession: session },
    protocol: { registerSchemesAsPrivileged: vi.fn() },
    ipcMain: ipc.main,
    Menu: { setApplicationMenu: vi.fn(), buildFromTemplate: vi.fn((template: MenuItem[]) => ({ template })) },
    dialog: {
      showOpenDialog: vi.fn(async (..._args: unknown[]) => ({ canceled: true, filePaths: [] as string[] })),
      showMessageBox: vi.fn(async (..._args: unknown[]) => ({ response: 1 })),
      showErrorBox: vi.fn(),
    },
    screen: createScreen(),
    powerMonitor: new EventEmitter(),
    shell: { openExternal: vi.fn(async () => undefined), openPath: vi.fn(async () => '') },
    contextBridge: { exposeInMainWorld: vi.fn() },
    ipcRenderer: Object.assign(new EventEmitter(), { invoke: vi.fn() }),
    webUtils: { getPathForFile: vi.fn((file: { path: string }) => file.path) },
  }
}

export interface MenuItem {
  label?: string
  role?: string
  accelerator?: string
  registerAccelerator?: boolean
  submenu?: MenuItem[]
  click?: () => void
}

export type WindowOptions = Record<string, unknown> & { webPreferences: Record<string, unknown> }

export class WebContentsDouble extends EventEmitter {
  url = ''
  sent: unknown[][] = []
  keys: unknown[] = []
  isGone = false
  reload = vi.fn()
  forcefullyCrashRenderer = vi.fn()
  openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' })
  setWebRTCIPHandlingPolicy = vi.fn()
  loadURL = vi.fn(async () => undefined)
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler
  }
  send(...args: unknown[]): void {
    if (this.isGone) throw new Error('Object has been destroyed')
    this.sent.push(args)
  }
  sendInputEvent(event: unknown): void {
    this.keys.push(event)
  }
  isDestroyed(): boolean {
    return this.isGone
  }
  /** Fires a navigation event as Electron does and says whether it was let through. */
  navigate(event: string, url: string): boolean {
    let isAllowed = true
    this.emit(event, { url, preventDefault: () => (isAllowed = false) })
    return isAllowed
  }
}

export class BrowserWindowDouble extends EventEmitter {
  readonly webContents = new WebContentsDouble()
  readonly options: WindowOptions
  isFocused = false
  private isGone = false
  isHeldMaximized = false
  show = vi.fn()
  maximize = vi.fn()
  restore = vi.fn()
  isMinimized = vi.fn(() => false)
  focus = vi.fn(() => (this.isFocused = true))
  constructor(options: WindowOptions) {
    super()
    this.options = options
  }
  async loadURL(url: string): Promise<void> {
    this.webContents.url = url
  }
  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    return { x: 10, y: 20, width: 1000, height: 700 }
  }
  isMaximized(): boolean {
    return this.isHeldMaximized
  }
  isDestroyed(): boolean {
    return this.isGone
  }
  /** As the user closes it; false: it stays. */
  close(): boolean {
    let isStopped = false
    this.emit('close', { preventDefault: () => (isStopped = true) })
    if (!isStopped) this.destroy()
    return !isStopped
  }
  destroy(): void {
    this.isGone = true
    this.webContents.isGone = true
    this.webContents.emit('destroyed')
    this.emit('closed')
  }
}

/** Two screens side by side, each with a bar at its top. */
function createScreen() {
  const display = (id: number, x: number) => ({ id, workArea: { x, y: 30, width: 1920, height: 1050 } })
  const displays = [display(2, 1920), display(1, 0)]
  return { getAllDisplays: () => displays, getPrimaryDisplay: () => displays[1] }
}

function createApp() {
  const folders = new Map<string, string>()
  return Object.assign(new EventEmitter(), {
    getPath: (name: string) => folders.get(name) ?? join(process.env['GRAFT_USER_FOLDER'] ?? tmpdir(), name),
    setPath: (name: string, path: string) => void folders.set(name, path),
    relaunch: vi.fn(),
    isPackaged: false,
    isSandboxed: false,
    switches: new Map<string, string | undefined>(),
    enableSandbox: vi.fn(),
    commandLine: { appendSwitch: vi.fn() },
    requestSingleInstanceLock: vi.fn(() => true),
    whenReady: vi.fn(async () => undefined),
    quit: vi.fn(),
    exit: vi.fn(),
    getVersion: () => '0.1.0',
    getAppPath: () => process.cwd(),
  })
}

type Handler = (...args: never[]) => unknown

function createSession() {
  const handlers: Record<string, Handler> = {}
  const set = (name: string) => (handler: Handler) => void (handlers[name] = handler)
  return Object.assign(new EventEmitter(), {
    /** What was set, by name, for tests to call. */
    handlers,
    setPermissionRequestHandler: set('permissionRequest'),
    setPermissionCheckHandler: set('permissionCheck'),
    setDevicePermissionHandler: set('device'),
    setDisplayMediaRequestHandler: set('displayMedia'),
    setBluetoothPairingHandler: set('bluetooth'),
    setCertificateVerifyProc: set('certificate'),
    setSpellCheckerEnabled: vi.fn(),
    webRequest: { onBeforeRequest: set('beforeRequest') },
    protocol: { handle: (scheme: string, handler: Handler) => void (handlers[scheme] = handler) },
  })
}

function createIpc() {
  const handlers = new Map<string, (event: unknown, ...args: unknown[]) => Promise<unknown>>()
  return {
    main: {
      handlers,
      handle: (channel: string, handler: (event: unknown, ...args: unknown[]) => Promise<unknown>) => {
        if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
        handlers.set(channel, handler)
      },
      removeHandler: (channel: string) => void handlers.delete(channel),
    },
  }
}

export type ElectronDouble = ReturnType<typeof createElectron>
