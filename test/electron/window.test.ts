import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { createDialogs } from '../../src-main/hosts/electron/dialogs.ts'
import { createGrants } from '../../src-main/hosts/electron/grants.ts'
import { createMenu } from '../../src-main/hosts/electron/menu.ts'
import { pathSources } from '../../src-main/hosts/shared/path-sources.ts'
import { createWindow } from '../../src-main/hosts/electron/window.ts'
import { placeWindow } from '../../src-main/hosts/electron/window-bounds.ts'
import { type BrowserWindowDouble, type MenuItem } from './electron-double.ts'
import { keptLog, temporaryFolder, theDouble } from './support.ts'

vi.mock('electron', async () => (await import('./electron-double.ts')).createElectron())

const electron = await theDouble()

function open(boundsFile = join(temporaryFolder(), 'window.json')): BrowserWindowDouble {
  return createWindow({
    address: 'wb://app/index.html#/data',
    preload: '/app/preload.cjs',
    icon: '/app/icon.png',
    boundsFile,
    log: keptLog(),
  }) as unknown as BrowserWindowDouble
}

describe('a window', () => {
  test('is isolated, sandboxed and without Node, and shows our page when it is drawn', () => {
    const window = open()
    expect(window.options.webPreferences).toEqual({
      preload: '/app/preload.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      spellcheck: false,
      disableDialogs: true,
      devTools: true,
    })
    expect(window.webContents.url).toBe('wb://app/index.html#/data')
    expect(window.show).not.toHaveBeenCalled()
    window.emit('ready-to-show')
    expect(window.show).toHaveBeenCalledOnce()
    expect(window.maximize).not.toHaveBeenCalled()
  })

  test('of the package has no developer tools', () => {
    electron.app.isPackaged = true
    expect(open().options.webPreferences['devTools']).toBe(false)
    electron.app.isPackaged = false
  })

  test('opens where and as large as the last one was', () => {
    const file = join(temporaryFolder(), 'deep', 'window.json')
    expect(open(file).options).toMatchObject({ width: 1440, height: 900 })
    open(file).close()
    const place = { x: 10, y: 20, width: 1000, height: 700 }
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ ...place, maximized: false })
    expect(open(file).options).toMatchObject(place)
  })

  test('that was maximized is so again, and knows the size that it goes back to', () => {
    const file = join(temporaryFolder(), 'window.json')
    const first = open(file)
    first.isHeldMaximized = true
    first.close()
    const second = open(file)
    second.emit('ready-to-show')
    expect(second.maximize).toHaveBeenCalledOnce()
    expect(second.options).toMatchObject({ width: 1000, height: 700 })
  })

  test.each(['', 'null', '[]', '{"width":"wide"}', '{"x":0,"y":0,"width":1,"height":1}'])(
    'ignores remembered nonsense: %s',
    (text) => {
      const file = join(temporaryFolder(), 'window.json')
      writeFileSync(file, text)
      expect(open(file).options).toMatchObject({ width: 1440, height: 900 })
    },
  )
})

describe('the place of a window', () => {
  const screen = { x: 0, y: 30, width: 1920, height: 1050 }
  const right = { ...screen, x: 1920 }
  const kept = { x: 2000, y: 100, width: 1000, height: 700, maximized: false }
  const size = { width: 1000, height: 700 }

  test('is kept on a screen that is there, also where it hangs over an edge', () => {
    expect(placeWindow(kept, [screen, right])).toEqual({ x: 2000, y: 100, ...size })
    expect(placeWindow({ ...kept, x: -500 }, [screen])).toEqual({ x: -500, y: 100, ...size })
  })

  test.each([
    ['the screen is gone', kept],
    ['hardly anything would be seen', { ...kept, x: 1850 }],
    ['its title bar would be above the screen', { ...kept, x: 100, y: -300 }],
    ['it would be below the screen', { ...kept, x: 100, y: 1060 }],
  ])('is the system’s choice where %s', (_why, bounds) => expect(placeWindow(bounds, [screen])).toEqual(size))

  test('is never larger than its screen', () => {
    const small = { x: 0, y: 0, width: 1280, height: 720 }
    expect(placeWindow(null, [small])).toEqual({ width: 1280, height: 720 })
    const large = { x: 40, y: 40, width: 1800, height: 700, maximized: false }
    expect(placeWindow(large, [small])).toEqual({ x: 0, y: 40, width: 1280, height: 700 })
  })
})

describe('the menu', () => {
  const items = (platform: NodeJS.Platform, isPackaged: boolean): MenuItem[] => {
    const { template } = createMenu(platform, isPackaged) as unknown as { template: MenuItem[] }
    return template.flatMap((item) => [item, ...(item.submenu ?? [])])
  }

  test('shows the keys of the page and presses them', () => {
    const window = open()
    window.isFocused = true
    const item = items('linux', true).find((one) => one.label === 'Open workspace…')
    expect(item).toMatchObject({ accelerator: 'CmdOrCtrl+O', registerAccelerator: false })
    item?.click?.()
    expect(window.webContents.keys).toEqual([
      { type: 'keyDown', keyCode: 'O', modifiers: ['control'] },
      { type: 'keyUp', keyCode: 'O', modifiers: ['control'] },
    ])
    window.isFocused = false
    expect(() => item?.click?.()).not.toThrow()
  })

  test('zooms in by the key that + shares with =, and by those of the number pad', () => {
    const keys = items('linux', true).flatMap(({ role, accelerator }) =>
      accelerator && role ? [`${role} ${accelerator}`] : [],
    )
    expect(keys).toContain('zoomIn CmdOrCtrl+=')
    expect(keys).toEqual(
      expect.arrayContaining(['zoomIn CmdOrCtrl+numadd', 'zoomOut CmdOrCtrl+numsub', 'resetZoom CmdOrCtrl+num0']),
    )
  })

  test('has developer tools only in a checkout, and the application menu only on macOS', () => {
    const roles = (platform: NodeJS.Platform, isPackaged: boolean): (string | undefined)[] =>
      items(platform, isPackaged).map((item) => item.role)
    expect(roles('linux', false)).toContain('toggleDevTools')
    expect(roles('linux', true)).not.toContain('toggleDevTools')
    expect(roles('darwin', true)).toContain('appMenu')
    expect(roles('win32', true)).not.toContain('appMenu')
  })
})

describe('dialogs', () => {
  const dialogs = createDialogs(createGrants({ id: () => 'abc' }, pathSources))

  test('give a handle and a label, never a path', async () => {
    electron.dialog.showOpenDialog.mockResolvedValueOnce({ canceled: false, filePaths: ['/home/me/photos'] })
    expect(await dialogs.pick('folder', 'Import')).toEqual({ source: 'grant:abc', label: 'photos' })
    const options = electron.dialog.showOpenDialog.mock.lastCall?.at(-1)
    expect(options).toEqual({ title: 'Import', properties: ['openDirectory', 'createDirectory'] })
  })

  test('that were closed give nothing', async () => {
    expect(await dialogs.pick('file', 'Import')).toEqual({ source: null, label: '' })
  })

  test('come one at a time, with a title of bearable length', async () => {
    let close: (result: { canceled: boolean; filePaths: string[] }) => void = () => undefined
    electron.dialog.showOpenDialog.mockReturnValueOnce(new Promise((resolve) => (close = resolve)))
    const first = dialogs.pick('file', 'x'.repeat(10_000))
    await expect(dialogs.pick('file', 'again')).rejects.toMatchObject({ code: 'E_INPUT' })
    expect((electron.dialog.showOpenDialog.mock.lastCall?.at(-1) as { title: string }).title).toHaveLength(200)
    close({ canceled: true, filePaths: [] })
    expect(await first).toEqual({ source: null, label: '' })
    electron.dialog.showOpenDialog.mockRejectedValueOnce(new Error('no display'))
    await expect(dialogs.pick('file', 'broken')).rejects.toThrow('no display')
    expect(await dialogs.pick('file', 'and again')).toEqual({ source: null, label: '' })
  })

  test('for an image offer image files', async () => {
    await dialogs.pick('image', 'Try')
    const options = electron.dialog.showOpenDialog.mock.lastCall?.at(-1) as { filters: { extensions: string[] }[] }
    expect(options.filters[0]?.extensions).toContain('tiff')
  })
})
