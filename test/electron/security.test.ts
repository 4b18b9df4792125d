import { beforeEach, describe, expect, test, vi } from 'vitest'
import { isAppAddress, isReadableOutside } from '../../src-main/hosts/electron/addresses.ts'
import { hardenContents, hardenProcess, hardenSession } from '../../src-main/hosts/electron/security.ts'
import { WebContentsDouble } from './electron-double.ts'
import { keptLog, theDouble } from './support.ts'

vi.mock('electron', async () => (await import('./electron-double.ts')).createElectron())

const electron = await theDouble()
const blocked: string[] = []
const log = keptLog()
hardenContents(
  log,
  (target) => blocked.push(target),
  (address) => (address === 'wb://media/card/a1' ? '/exports/a1/model-card.html' : null),
)
hardenSession(electron.session.defaultSession as never, log, (target) => blocked.push(target))
const handlers = electron.session.defaultSession.handlers

beforeEach(() => {
  blocked.length = 0
  vi.clearAllMocks()
})

function page(): WebContentsDouble {
  const contents = new WebContentsDouble()
  electron.app.emit('web-contents-created', {}, contents)
  return contents
}

describe('addresses', () => {
  test.each(['wb://app/', 'wb://app/index.html#/runs/1', 'wb://app/index.html?x=1'])('%s is ours', (address) =>
    expect(isAppAddress(address)).toBe(true),
  )
  test.each([
    'wb://app.evil/',
    'wb://media/1/2',
    'wb://user@app/',
    'wb://app/nothing.html',
    'wb://app/media/image/1/2',
    'wb://app:80/',
    'https://app/',
    'file:///etc/passwd',
    'https://evil.example/?next=wb://app/',
    'javascript:alert(1)',
    'about:blank',
    '',
    'not an address',
  ])('%s is not ours', (address) => expect(isAppAddress(address)).toBe(false))
  test.each([
    ['https://arxiv.org/abs/1802.01483', true],
    ['http://arxiv.org/abs/1802.01483', false],
    ['https://arxiv.org.evil.example/', false],
    ['https://evil.example/arxiv.org', false],
    ['https://arxiv.org@evil.example/', false],
    ['https://arxiv.org:8443/', false],
    [`https://arxiv.org/${'a'.repeat(500)}`, false],
    ['file:///etc/passwd', false],
  ])('%s may be read outside: %s', (address, expected) => expect(isReadableOutside(address)).toBe(expected))
})

describe('the process', () => {
  test('sandboxes every renderer and keeps Chromium off the network', () => {
    hardenProcess()
    expect(electron.app.enableSandbox).toHaveBeenCalledOnce()
    const switches = electron.app.commandLine.appendSwitch.mock.calls.map(([name]) => name)
    expect(switches).toEqual(
      expect.arrayContaining([
        'disable-background-networking',
        'disable-component-update',
        'no-pings',
        'no-proxy-server',
      ]),
    )
    const { calls } = electron.app.commandLine.appendSwitch.mock
    expect(calls).toContainEqual(['host-resolver-rules', 'MAP * ~NOTFOUND'])
  })
})

describe('navigation', () => {
  test.each(['will-navigate', 'will-redirect', 'will-frame-navigate'])('%s leads nowhere but to the app', (event) => {
    const contents = page()
    expect(contents.navigate(event, 'wb://app/index.html#/data')).toBe(true)
    for (const url of [
      'https://evil.example/',
      'file:///etc/passwd',
      'data:text/html,x',
      'wb://app.evil/',
      'javascript:1',
    ]) {
      expect(contents.navigate(event, url)).toBe(false)
    }
    expect(blocked).toContain('https://evil.example/')
  })

  test('a window that shows something else all the same is brought back', () => {
    const { webContents } = new electron.BrowserWindow({ webPreferences: {} })
    webContents.emit('did-navigate', {}, 'wb://app/index.html#/data')
    webContents.emit('did-fail-load', {}, -3, 'aborted', 'https://evil.example/', true)
    webContents.emit('did-fail-load', {}, -300, 'invalid', 'about:srcdoc', false)
    webContents.emit('did-fail-load', {}, -6, 'not found', 'wb://app/index.html', true)
    expect(webContents.loadURL).not.toHaveBeenCalled()
    webContents.emit('did-navigate', {}, 'about:blank')
    webContents.emit('did-fail-load', {}, -300, 'invalid', 'about:srcdoc', true)
    expect(webContents.loadURL.mock.calls).toEqual([['wb://app/index.html'], ['wb://app/index.html']])
    const tools = page()
    tools.emit('did-navigate', {}, 'devtools://devtools/bundled/inspector.html')
    expect(tools.loadURL).not.toHaveBeenCalled()
  })

  test('WebRTC has no UDP', () => {
    expect(page().setWebRTCIPHandlingPolicy).toHaveBeenCalledWith('disable_non_proxied_udp')
  })

  test('a page cannot hold its window open', () => {
    const event = { preventDefault: vi.fn() }
    page().emit('will-prevent-unload', event)
    expect(event.preventDefault).toHaveBeenCalledOnce()
  })

  test('web views are refused and stripped', () => {
    const contents = page()
    const preferences = { preload: '/tmp/evil.js' }
    const event = { preventDefault: vi.fn() }
    contents.emit('will-attach-webview', event, preferences, { src: 'https://evil.example' })
    expect(event.preventDefault).toHaveBeenCalledOnce()
    expect(preferences).not.toHaveProperty('preload')
  })
})

describe('new windows', () => {
  test('are always denied', () => {
    const contents = page()
    for (const url of [
      'https://evil.example/',
      'wb://app/index.html',
      'https://arxiv.org/abs/1',
      'file:///etc/passwd',
    ]) {
      expect(contents.openHandler({ url })).toEqual({ action: 'deny' })
    }
    expect(blocked).toEqual(['https://evil.example/', 'wb://app/index.html', 'file:///etc/passwd'])
  })

  test('a known page opens in the browser only when the user says so', async () => {
    const contents = page()
    contents.openHandler({ url: 'https://arxiv.org/abs/1' })
    await vi.waitFor(() => expect(electron.dialog.showMessageBox).toHaveBeenCalledOnce())
    expect(electron.shell.openExternal).not.toHaveBeenCalled()
    electron.dialog.showMessageBox.mockResolvedValueOnce({ response: 0 })
    contents.openHandler({ url: 'https://arxiv.org/abs/2' })
    await vi.waitFor(() => expect(electron.shell.openExternal).toHaveBeenCalledWith('https://arxiv.org/abs/2'))
  })

  test('a document that Graft has written opens in the browser only when the user says so', async () => {
    const contents = page()
    expect(contents.openHandler({ url: 'wb://media/card/a1' })).toEqual({ action: 'deny' })
    await vi.waitFor(() => expect(electron.dialog.showMessageBox).toHaveBeenCalledOnce())
    expect(electron.shell.openPath).not.toHaveBeenCalled()
    electron.dialog.showMessageBox.mockResolvedValueOnce({ response: 0 })
    contents.openHandler({ url: 'wb://media/card/a1' })
    await vi.waitFor(() => expect(electron.shell.openPath).toHaveBeenCalledWith('/exports/a1/model-card.html'))
    contents.openHandler({ url: 'wb://media/card/b2' })
    expect(blocked).toEqual(['wb://media/card/b2'])
  })

  test('a document that no program opens says so', async () => {
    electron.dialog.showMessageBox.mockResolvedValueOnce({ response: 0 })
    electron.shell.openPath.mockResolvedValueOnce('no application')
    page().openHandler({ url: 'wb://media/card/a1' })
    const message = 'model-card.html could not be opened: no application'
    await vi.waitFor(() =>
      expect(electron.dialog.showMessageBox).toHaveBeenLastCalledWith(expect.objectContaining({ message })),
    )
  })

  test('one question at a time, and addresses are logged in part', async () => {
    let answer: (reply: { response: number }) => void = () => undefined
    electron.dialog.showMessageBox.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)))
    const contents = page()
    for (let times = 0; times < 5; times++) contents.openHandler({ url: 'https://arxiv.org/abs/1' })
    expect(electron.dialog.showMessageBox).toHaveBeenCalledOnce()
    answer({ response: 1 })
    await vi.waitFor(() => {
      contents.openHandler({ url: 'https://arxiv.org/abs/1' })
      expect(electron.dialog.showMessageBox).toHaveBeenCalledTimes(2)
    })
    contents.openHandler({ url: `data:text/html,${'x'.repeat(100_000)}` })
    expect(blocked.at(-1)).toHaveLength(2000)
    expect(log.lines.at(-1)?.length).toBeLessThan(3000)
  })

  test('the page of a window that is gone asks nothing', () => {
    const contents = page()
    contents.isGone = true
    contents.openHandler({ url: 'https://arxiv.org/abs/1' })
    expect(electron.dialog.showMessageBox).not.toHaveBeenCalled()
  })
})

describe('the session', () => {
  test('grants no permission, device, screen, pairing or certificate', () => {
    const granted: unknown[] = []
    const call = (name: string, ...args: unknown[]): unknown =>
      (handlers[name] as (...a: unknown[]) => unknown)(...args)
    call('permissionRequest', null, 'media', (value: unknown) => granted.push(value))
    call('displayMedia', {}, (value: unknown) => granted.push(value))
    call('bluetooth', {}, (value: unknown) => granted.push(value))
    call('certificate', {}, (value: unknown) => granted.push(value))
    expect(granted).toEqual([false, {}, { confirmed: false }, -2])
    expect(call('permissionCheck', null, 'geolocation', 'wb://app')).toBe(false)
    expect(call('device', { deviceType: 'usb' })).toBe(false)
  })

  test.each([
    ['wb://app/assets/index.js', false],
    ['wb://media/1/2', false],
    ['blob:wb://app/1234', false],
    ['data:image/png;base64,AA', false],
    ['https://evil.example/', true],
    ['http://127.0.0.1:80/', true],
    ['ws://127.0.0.1:80/', true],
    ['ftp://evil.example/', true],
    ['file:///etc/passwd', true],
    ['chrome-extension://abc/x.js', true],
  ])('a request to %s is cancelled: %s', (url, cancel) => {
    const callback = vi.fn()
    ;(handlers['beforeRequest'] as (...a: unknown[]) => unknown)({ url }, callback)
    expect(callback).toHaveBeenCalledWith({ cancel })
    expect(blocked).toEqual(cancel ? [url] : [])
  })

  test('downloads are refused', () => {
    const event = { preventDefault: vi.fn() }
    electron.session.defaultSession.emit('will-download', event, { getURL: () => 'wb://app/x' })
    expect(event.preventDefault).toHaveBeenCalledOnce()
  })
})
