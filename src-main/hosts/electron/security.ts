import { basename } from 'node:path'
import { app, BrowserWindow, dialog, type Session, shell, type WebContents } from 'electron'
import type { Log } from '../../base/ports.ts'
import { APP_ADDRESS, isAppAddress, isReadableOutside, parse } from './addresses.ts'

/** Of an address that is logged, shown or asked about; a data: address may have megabytes. */
const MAX_TARGET = 2000

/** Chromium's code of a navigation that was refused or overtaken: the window still shows what it showed. */
const ABORTED = -3

/** The file of a document of Graft's that an address names; null: it names none. */
export type DocumentAt = (address: string) => string | null

/** Called with every address that a window tried to reach and was refused. */
export type ReportBlocked = (target: string) => void

const ALLOWED_PROTOCOLS: ReadonlySet<string> = new Set(['wb:', 'blob:', 'data:', 'devtools:'])

/** Chromium's own traffic: nothing of it is wanted in an app that works offline. No name and no address resolves, which also stops
 *  what never becomes a request that could be refused below (WebRTC over TCP). */
const OFFLINE_SWITCHES: readonly (readonly [string, string?])[] = [
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['disable-sync'],
  ['no-pings'],
  ['dns-prefetch-disable'],
  ['host-resolver-rules', 'MAP * ~NOTFOUND'],
  ['no-proxy-server'],
  [
    'disable-features',
    'MediaRouter,OptimizationHints,Translate,SpareRendererForSitePerProcess,WebRtcHideLocalIpsWithMdns',
  ],
]

/** Before the app is ready: every renderer is sandboxed, and Chromium is told to stay off the network. */
export function hardenProcess(): void {
  app.enableSandbox()
  for (const [name, value] of OFFLINE_SWITCHES) app.commandLine.appendSwitch(name, value)
}

/** Watches every page that is ever made, whoever makes it. */
export function hardenContents(log: Log, report: ReportBlocked, documentAt: DocumentAt): void {
  app.on('web-contents-created', (_event, contents) => {
    const refuse = (event: { preventDefault(): void; url: string }): void => {
      if (isAppAddress(event.url)) return
      event.preventDefault()
      refused(log, report, 'navigation', event.url)
    }
    // WebRTC asks neither the page's policy nor the session. Without a proxy this leaves it no UDP; TCP finds no address. It then
    // shows no address of this computer either, which its names in the local network (mDNS, switched off above) would hide.
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
    contents.on('will-navigate', refuse)
    contents.on('will-redirect', refuse)
    contents.on('will-frame-navigate', refuse)
    // Some addresses (about:blank, about:srcdoc) are navigated to without asking, and end in an empty page or an error.
    contents.on('did-navigate', (_navigated, url) => bringBack(contents, url))
    contents.on('did-fail-load', (_failed, code, _words, url, isMainFrame) => {
      if (isMainFrame && code !== ABORTED) bringBack(contents, url)
    })
    contents.on('will-attach-webview', (event, preferences) => {
      delete preferences.preload
      event.preventDefault()
      log.warn('A web view was refused.')
    })
    // A page cannot hold its window open.
    contents.on('will-prevent-unload', (event) => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      const document = documentAt(url)
      if (document !== null) void openOutside(contents, documentQuestion(document), () => openFile(document))
      else if (isReadableOutside(url)) void openOutside(contents, addressQuestion(url), () => shell.openExternal(url))
      else refused(log, report, 'new window', url)
      return { action: 'deny' }
    })
  })
}

/** A window that shows anything but our page shows it again. */
function bringBack(contents: WebContents, url: string): void {
  if (BrowserWindow.fromWebContents(contents) !== null && !isAppAddress(url)) void contents.loadURL(APP_ADDRESS)
}

/** One question at a time: a page that keeps asking shall not bury the screen. */
let isAsking = false

interface Question {
  readonly message: string
  readonly detail: string
}

function addressQuestion(url: string): Question {
  return { message: `Open ${parse(url)?.hostname} in your browser?`, detail: `${url}\n\nGraft itself stays offline.` }
}

function documentQuestion(path: string): Question {
  return { message: `Open ${basename(path)} in your browser?`, detail: path }
}

/** The question is the user's own gesture: a page alone cannot make a browser open. */
async function openOutside(contents: WebContents, question: Question, open: () => Promise<void>): Promise<void> {
  if (contents.isDestroyed() || isAsking) return
  isAsking = true
  try {
    const buttons = { buttons: ['Open', 'Cancel'], defaultId: 1, cancelId: 1 }
    const answer = await dialog.showMessageBox({ type: 'question', ...question, ...buttons })
    if (answer.response === 0) await open()
  } finally {
    isAsking = false
  }
}

async function openFile(path: string): Promise<void> {
  const problem = await shell.openPath(path)
  if (problem === '') return
  await dialog.showMessageBox({
    type: 'error',
    message: `${basename(path)} could not be opened: ${problem}`,
    detail: path,
  })
}

/** Permissions, devices, screen capture, certificates and the network: all refused. Electron grants by default. */
export function hardenSession(session: Session, log: Log, report: ReportBlocked): void {
  session.setPermissionRequestHandler((_contents, permission, callback) => {
    log.warn('A permission was refused.', { permission })
    callback(false)
  })
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, callback) => callback({}))
  session.setBluetoothPairingHandler((_details, callback) => callback({ confirmed: false }))
  session.setCertificateVerifyProc((_request, callback) => callback(-2))
  session.setSpellCheckerEnabled(false)
  session.webRequest.onBeforeRequest((details, callback) => {
    const protocol = parse(details.url)?.protocol ?? ''
    const isFine = ALLOWED_PROTOCOLS.has(protocol)
    if (!isFine) refused(log, report, 'request', details.url)
    callback({ cancel: !isFine })
  })
  session.on('will-download', (event, item) => {
    event.preventDefault()
    refused(log, report, 'download', item.getURL())
  })
}

function refused(log: Log, report: ReportBlocked, what: string, target: string): void {
  const shown = target.slice(0, MAX_TARGET)
  log.warn(`A ${what} was refused.`, { target: shown })
  report(shown)
}
