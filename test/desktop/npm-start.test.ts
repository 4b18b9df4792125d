import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, onTestFinished, test, vi } from 'vitest'
import { serveFile } from '../setup/file-server.ts'
import { makeZip, sha256, type ZipEntry } from '../setup/make-zip.ts'
import { expectBrowser, makeStartCheckout, opened, type StartCheckout } from '../setup/start-checkout.ts'
import { FIRST_WITHOUT_COMPATIBILITY } from '../support/real-electron.ts'
import { display } from './display.ts'

const WAIT = { timeout: 60_000, interval: 200 }
const { electron, app, uid } = inject('stage')

let checkout: StartCheckout
beforeAll(() => {
  checkout = makeStartCheckout(uid ?? undefined)
})
afterAll(() => checkout?.remove())

/** A folder's files as entries of a zip, with their permissions. */
function entriesOf(folder: string, prefix: string): Record<string, ZipEntry> {
  const entries: Record<string, ZipEntry> = {}
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) Object.assign(entries, entriesOf(path, `${prefix}${name}/`))
    else entries[`${prefix}${name}`] = { text: readFileSync(path), mode: statSync(path).mode & 0o777 }
  }
  return entries
}

/** The real binary, as Electron’s own zip holds it. One that is too old for the app brings a build of the app along. */
function electronZip(): Buffer {
  const binary = entriesOf(electron.folder, '')
  if (electron.major >= FIRST_WITHOUT_COMPATIBILITY) return makeZip(binary)
  const parts = ['out', 'compat', 'resources', 'build/icons', 'node_modules/node-sqlite3-wasm']
  const own = parts.map((part) => entriesOf(join(app, part), `resources/app/${part}/`))
  const manifest = { 'resources/app/package.json': { text: ownManifest() } }
  return makeZip(Object.assign(binary, manifest, ...own) as Record<string, ZipEntry>)
}

/** As it is without a driver, for which the staged app waits. */
function ownManifest(): string {
  const staged = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')) as Record<string, unknown>
  return JSON.stringify({ ...staged, main: 'compat/boot.cjs' })
}

test(
  'npm start downloads the real Electron, interrupted once, and its window opens',
  { timeout: 300_000 },
  async () => {
    const zip = electronZip()
    const server = await serveFile(zip)
    const name = `electron-v${electron.version}-${process.platform}-${process.arch}.zip`
    checkout.expectElectron(electron.version, { [name]: sha256(zip) })
    server.answers = [{ cutAfter: 60_000_000 }]
    const env = { DISPLAY: display, ELECTRON_MIRROR: server.url, LANG: 'C.UTF-8' }
    const started = checkout.start(env, ['--remote-debugging-port=0'])
    const [, address] = await started.prints(/DevTools listening on (ws:\S+)/)
    expect(server.asked).toHaveLength(2)
    expect(started.said()).toMatch(/Downloading Electron .*going on from there.*100 %.*Unpacking Electron: done/s)

    const page = await pageOf(new URL(String(address)).host)
    await vi.waitFor(async () => expect(await page('document.body.innerText')).toContain('Handwritten digits'), WAIT)
    expect(await page('document.visibilityState')).toBe('visible')
    expect(windows()).toMatch(/"Graft": \("graft" "graft"\)/i)

    started.interrupt()
    expect(await started.ended).toBeOneOf([0, 130])
    expect(windows()).not.toMatch(/"Graft"/)
    expect(started.said()).not.toContain('Opening in a browser')
    expect(opened(checkout)).toEqual([])
  },
)

/** Asks the window's page for the value of an expression, as the developer tools do. */
async function pageOf(host: string): Promise<(expression: string) => Promise<unknown>> {
  const target = await vi.waitFor(async () => {
    const targets = (await (await fetch(`http://${host}/json/list`)).json()) as Record<string, string>[]
    const found = targets.find(({ type, url }) => type === 'page' && url?.startsWith('wb:'))
    expect(found).toBeDefined()
    return String(found?.['webSocketDebuggerUrl'])
  }, WAIT)
  const socket = new WebSocket(target)
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }))
  onTestFinished(() => socket.close())
  return async (expression) => {
    const answer = new Promise<string>((resolve) => {
      socket.addEventListener('message', ({ data }) => resolve(String(data)), { once: true })
    })
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression, returnByValue: true } }))
    const { result } = JSON.parse(await answer) as { result: { result: { value: unknown } } }
    return result.result.value
  }
}

/** What the screen shows, in the words of the X server. */
function windows(): string {
  const { stdout, error } = spawnSync('xwininfo', ['-root', '-tree', '-display', display], { encoding: 'utf8' })
  if (error) throw new Error('xwininfo is needed to see the window: install it (Debian: apt-get install x11-utils).')
  return stdout
}

const isRoot = process.getuid?.() === 0
if (!isRoot) console.log('skipped: what Electron says to root, since the tests do not run as root')
test.skipIf(!isRoot)('what the real Electron says to root is understood, and the browser opens', async () => {
  expect(existsSync(join(checkout.root, 'node_modules/electron/dist/electron'))).toBe(true)
  const started = checkout.start({ DISPLAY: display }, [], 'us')
  await expectBrowser(checkout, started)
  expect(started.said()).toMatch(
    /^Opening in a browser, because Electron is not used: it ended at once with \w+: it does not run as root/m,
  )
})
