import { linkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import {
  attempts,
  blockedTargets,
  hostTrace,
  listenOutside,
  type Outside,
  watchHost,
} from '../support/desktop-attacks.ts'
import type { DesktopApp } from '../support/desktop-app.ts'
import { startTestApp } from './support.ts'

/** Each wall alone, with those before it taken down: none is there only because another one stands. */

async function outsideAndApp(): Promise<{ outside: Outside; desktop: DesktopApp }> {
  const outside = await listenOutside()
  onTestFinished(() => outside.close())
  const desktop = await startTestApp()
  await watchHost(desktop)
  await desktop.page.getByRole('button', { name: /Handwritten digits/ }).waitFor()
  return { outside, desktop }
}

const REQUESTS = {
  fetch: `return fetch(outside).then(() => 'sent')`,
  picture: `return new Promise((done) => { const i = new Image(); i.onload = () => done('loaded'); i.onerror = () => done('refused'); i.src = outside + '/x.png' })`,
  socket: `return new Promise((done) => { const s = new WebSocket(outside.replace('http', 'ws')); s.onopen = () => done('open'); s.onerror = () => done('refused') })`,
  script: `return import(outside + '/x.js').then(() => 'ran')`,
  secure: `return fetch(outside.replace('http', 'https')).then(() => 'sent')`,
}

async function withoutPolicy(desktop: DesktopApp): Promise<void> {
  const devtools = await desktop.page.context().newCDPSession(desktop.page)
  await devtools.send('Page.setBypassCSP', { enabled: true })
  await desktop.page.reload()
  await desktop.page.getByRole('button', { name: /Handwritten digits/ }).waitFor()
}

/** Takes the filter of requests away and notes why those that are made fail. */
const withoutFilter = (desktop: DesktopApp): Promise<void> =>
  desktop.app.evaluate(({ session }) => {
    const errors: string[] = []
    Object.assign(globalThis, { graftErrors: errors })
    session.defaultSession.webRequest.onBeforeRequest(null)
    session.defaultSession.webRequest.onErrorOccurred(({ error }) => void errors.push(error))
  })

const networkErrors = (desktop: DesktopApp): Promise<string[]> =>
  desktop.app.evaluate(() => (globalThis as unknown as { graftErrors: string[] }).graftErrors)

function expectRefused(outcomes: Record<string, string>): void {
  for (const [name, outcome] of Object.entries(outcomes)) expect(outcome, name).toMatch(/^(threw |refused$)/)
}

describe('requests', () => {
  test('are stopped by the filter alone, which tells the user', async () => {
    const { outside, desktop } = await outsideAndApp()
    await withoutPolicy(desktop)
    expectRefused(await attempts(desktop, REQUESTS, outside.address))
    const blocked = await blockedTargets(desktop)
    for (const end of ['/', '/x.png', '/x.js']) expect(blocked).toContain(outside.address + end)
    expect(outside.hits).toEqual([])
  })

  test('find no address even where neither policy nor filter stops them', async () => {
    const { outside, desktop } = await outsideAndApp()
    await withoutPolicy(desktop)
    await withoutFilter(desktop)
    expectRefused(await attempts(desktop, REQUESTS, outside.address))
    expectRefused(await attempts(desktop, REQUESTS, outside.address.replace('127.0.0.1', 'localhost')))
    // They came as far as looking for the address.
    const errors = await networkErrors(desktop)
    expect(errors.filter((error) => error === 'net::ERR_NAME_NOT_RESOLVED').length).toBeGreaterThanOrEqual(8)
    expect(outside.hits).toEqual([])
  })
})

test('navigation stops at its own wall when the policy and the filter are down', async () => {
  const { outside, desktop } = await outsideAndApp()
  await withoutPolicy(desktop)
  await withoutFilter(desktop)
  await attempts(
    desktop,
    {
      script: `location.href = outside + '/script'; return ''`,
      refresh: `document.head.insertAdjacentHTML('beforeend', '<meta http-equiv="refresh" content="0;url=' + outside + '/refresh">')
        await new Promise((done) => setTimeout(done, 300)); return ''`,
    },
    outside.address,
  )
  const blocked = await blockedTargets(desktop)
  for (const end of ['/script', '/refresh']) expect(blocked).toContain(outside.address + end)
  expect(await networkErrors(desktop)).toEqual([])
  expect(outside.hits).toEqual([])
})

test('a redirect of our own scheme leads nowhere either', async () => {
  const { outside, desktop } = await outsideAndApp()
  await withoutFilter(desktop)
  const shown = await desktop.app.evaluate(async ({ BrowserWindow, session }, target) => {
    const { protocol } = session.defaultSession
    const isTaken = protocol.interceptStringProtocol('wb', (_request, answer) =>
      (answer as (reply: object) => void)({ statusCode: 302, headers: { location: target }, data: '' }),
    )
    const [window] = BrowserWindow.getAllWindows()
    const failed = await window?.loadURL('wb://app/index.html?again').then(
      () => 'loaded',
      (error: Error) => error.message,
    )
    protocol.uninterceptProtocol('wb')
    return { isTaken, failed, url: window?.webContents.getURL() }
  }, `${outside.address}/redirected`)
  expect(shown).toMatchObject({ isTaken: true, failed: expect.stringContaining('ERR_') })
  expect(shown.url).not.toContain(outside.address)
  expect(await blockedTargets(desktop)).toContain(`${outside.address}/redirected`)
  expect(outside.hits).toEqual([])
})

describe('WebRTC, which asks neither policy nor filter', () => {
  /** Offers, candidates of every kind to the address outside, and two peers that talk to each other. */
  const talk = (desktop: DesktopApp, port: number): Promise<{ candidates: string[]; state: string }> =>
    desktop.page.evaluate(`(async () => {
      const at = '127.0.0.1:${port}'
      const turn = { urls: ['turn:' + at + '?transport=tcp', 'turn:' + at + '?transport=udp'], username: 'u', credential: 'c' }
      const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:' + at }, turn, { urls: 'stun:localhost:1' }] })
      const other = new RTCPeerConnection()
      const candidates = []
      peer.createDataChannel('secrets')
      peer.onicecandidate = ({ candidate }) => {
        if (candidate?.candidate) candidates.push(candidate.candidate)
        if (candidate) void other.addIceCandidate(candidate)
      }
      other.onicecandidate = ({ candidate }) => candidate && peer.addIceCandidate(candidate)
      await peer.setLocalDescription(await peer.createOffer())
      await other.setRemoteDescription(peer.localDescription)
      await other.setLocalDescription(await other.createAnswer())
      await peer.setRemoteDescription(other.localDescription)
      const given = (kind, rest) =>
        peer.addIceCandidate({ candidate: 'candidate:1 1 ' + kind + ' 2105524479 127.0.0.1 ${port} typ host ' + rest, sdpMid: '0' })
      await given('UDP', '')
      await given('TCP', 'tcptype passive')
      await new Promise((resolve) => setTimeout(resolve, 1500))
      const state = peer.connectionState
      peer.close()
      other.close()
      return { candidates, state }
    })()`)

  test('reaches nothing', async () => {
    const { outside, desktop } = await outsideAndApp()
    expect(await talk(desktop, outside.port)).toMatchObject({ candidates: [] })
    expect(outside.hits).toEqual([])
    // The same attack knocks where its policy is Chromium's own.
    await desktop.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.setWebRTCIPHandlingPolicy('default'),
    )
    await talk(desktop, outside.port)
    expect(outside.hits).toContain('datagram')
    // ... but not over TCP: that finds no address.
    expect(outside.hits).not.toContain('connection')
  })
})

describe('17. the host answers', () => {
  const CALL = `workbench.call('system.info', {}).then(({ ok, error }) => ok ? 'answered' : error.code)`
  const GRANT = `workbench.pathForFile(new File([], 'x')).catch((error) => error.message)`

  /** A window with Graft's own preload that shows `address`, and what its page (or a frame of it) is answered. */
  const ask = (desktop: DesktopApp, address: string, script: string): Promise<unknown> =>
    desktop.app.evaluate(
      async ({ app, BrowserWindow }, { address: at, script: text }) => {
        const preload = `${app.getAppPath()}/out/preload/preload.cjs`
        const webPreferences = { preload, sandbox: true, contextIsolation: true, nodeIntegrationInSubFrames: true }
        const window = new BrowserWindow({ show: false, webPreferences })
        await window.loadURL(at)
        const answer: unknown = await window.webContents.executeJavaScript(text)
        window.destroy()
        return answer
      },
      { address, script },
    )

  test('our own page, in the top frame; not a frame of it, not another page, wherever it came from', async () => {
    const { desktop } = await outsideAndApp()
    expect(await ask(desktop, 'wb://app/index.html', CALL)).toBe('answered')
    const inFrame = (script: string): string =>
      `new Promise((done) => { const f = document.createElement('iframe'); f.srcdoc = '<p>x'; document.body.append(f)
         f.onload = () => { const { workbench } = f.contentWindow; done(workbench === undefined ? 'no bridge' : ${script}) } })`
    expect(await ask(desktop, 'wb://app/index.html', inFrame(CALL))).toBe('E_ACCESS')
    expect(await ask(desktop, 'wb://app/index.html', inFrame(GRANT))).toBe('Expected a call from a window of Graft.')
    // Windows of Graft would go back to their page at once; that is another wall.
    await desktop.app.evaluate(({ app }) =>
      app.on('web-contents-created', (_event, contents) => void contents.removeAllListeners('did-navigate')),
    )
    for (const address of ['about:blank', 'data:text/html,<p>x', 'wb://app/nothing.html']) {
      expect(await ask(desktop, address, CALL), address).toBe('E_ACCESS')
      expect(await ask(desktop, address, GRANT), address).toBe('Expected a call from a window of Graft.')
    }
  })
})

const openDevTools = (desktop: DesktopApp): Promise<void> =>
  desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.openDevTools())

const hasDevTools = (desktop: DesktopApp): Promise<boolean | undefined> =>
  desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.isDevToolsOpened())

test('the package has no developer tools, by menu, key or call; a checkout has', async () => {
  const stage = inject('stage')
  const folder = join(stage.folder, 'electron')
  // Electron takes a program that is not called electron for a package.
  linkSync(join(folder, 'electron'), join(folder, 'graft'))
  const program = join(stage.folder, 'start-package')
  const as = stage.uid === null ? '' : `setpriv --reuid=${stage.uid} --regid=${stage.uid} --clear-groups `
  writeFileSync(program, `#!/bin/sh\nexec ${as}"$(dirname "$0")/electron/graft" "$@"\n`, { mode: 0o755 })
  const desktop = await startTestApp({ program })
  await watchHost(desktop)
  for (const key of ['Control+Shift+I', 'F12', 'Control+Shift+J', 'Control+Shift+C', 'Control+R', 'F5']) {
    await desktop.page.keyboard.press(key)
  }
  const checkout = await startTestApp()
  await openDevTools(checkout)
  await expect.poll(() => hasDevTools(checkout), { timeout: 10_000 }).toBe(true)
  await openDevTools(desktop)
  await new Promise((resolve) => setTimeout(resolve, 1000))
  expect(await hasDevTools(desktop)).toBe(false)
  const found = await desktop.app.evaluate(({ app, Menu, webContents }) => {
    const roles = (menu: Electron.Menu | null): string[] =>
      (menu?.items ?? []).flatMap((item) => [String(item.role), ...roles(item.submenu ?? null)])
    const pages = webContents.getAllWebContents().length
    return { isPackaged: app.isPackaged, pages, roles: roles(Menu.getApplicationMenu()) }
  })
  expect(found).toMatchObject({ isPackaged: true, pages: 1 })
  expect(found.roles).toContain('quit')
  for (const role of ['toggledevtools', 'reload', 'forcereload']) expect(found.roles).not.toContain(role)
  expect(await hostTrace(desktop)).toMatchObject({ windows: 1 })
})
