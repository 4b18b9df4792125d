import { BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron'

/** A menu entry that is one of the page's own shortcuts: the menu shows the key and, clicked, presses it. */
interface PageKey {
  readonly label: string
  readonly accelerator: string
}

const FILE: readonly PageKey[] = [
  { label: 'Open workspace…', accelerator: 'CmdOrCtrl+O' },
  { label: 'Search and commands…', accelerator: 'CmdOrCtrl+K' },
]
const EDIT: readonly PageKey[] = [
  { label: 'Undo', accelerator: 'CmdOrCtrl+Z' },
  { label: 'Redo', accelerator: 'CmdOrCtrl+Shift+Z' },
]

/** The application's menu. Keys belong to the page, which also shows them under `?`; the menu repeats them. */
export function createMenu(platform: NodeJS.Platform, isPackaged: boolean): Menu {
  const appMenu: MenuItemConstructorOptions[] = platform === 'darwin' ? [{ role: 'appMenu' }] : []
  return Menu.buildFromTemplate([
    ...appMenu,
    {
      label: '&File',
      submenu: [...FILE.map(pageItem), { type: 'separator' }, { role: platform === 'darwin' ? 'close' : 'quit' }],
    },
    { label: '&Edit', submenu: editItems() },
    { label: '&View', submenu: viewItems(isPackaged) },
    { role: 'windowMenu' },
    { label: '&Help', submenu: [pageItem({ label: 'Keyboard shortcuts', accelerator: 'F1' }), { role: 'about' }] },
  ])
}

function editItems(): MenuItemConstructorOptions[] {
  return [
    ...EDIT.map(pageItem),
    { type: 'separator' },
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    { role: 'selectAll' },
  ]
}

/** Where + is the upper half of a key nobody presses Shift for it, and the number pad has keys of its own. */
const ZOOM_KEYS: MenuItemConstructorOptions[] = [
  { role: 'zoomIn', accelerator: 'CmdOrCtrl+=', visible: false },
  { role: 'zoomIn', accelerator: 'CmdOrCtrl+numadd', visible: false },
  { role: 'zoomOut', accelerator: 'CmdOrCtrl+numsub', visible: false },
  { role: 'resetZoom', accelerator: 'CmdOrCtrl+num0', visible: false },
]

function viewItems(isPackaged: boolean): MenuItemConstructorOptions[] {
  const developer: MenuItemConstructorOptions[] = isPackaged ? [] : [{ role: 'reload' }, { role: 'toggleDevTools' }]
  const zoom: MenuItemConstructorOptions[] = [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }]
  return [...zoom, ...ZOOM_KEYS, { type: 'separator' }, { role: 'togglefullscreen' }, ...developer]
}

function pageItem({ label, accelerator }: PageKey): MenuItemConstructorOptions {
  return { label, accelerator, registerAccelerator: false, click: () => pressKey(accelerator) }
}

function pressKey(accelerator: string): void {
  const contents = BrowserWindow.getFocusedWindow()?.webContents
  const parts = accelerator.split('+')
  const keyCode = parts.at(-1) as string
  const modifiers = parts.slice(0, -1).map((part): 'control' | 'meta' | 'shift' => {
    if (part === 'Shift') return 'shift'
    return process.platform === 'darwin' ? 'meta' : 'control'
  })
  contents?.sendInputEvent({ type: 'keyDown', keyCode, modifiers })
  contents?.sendInputEvent({ type: 'keyUp', keyCode, modifiers })
}
