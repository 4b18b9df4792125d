import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page, type Request } from 'playwright-core'
import { expect } from 'vitest'
import { findBrowser } from '../../build/setup/find-browser.mjs'

export const ARTIFACTS = fileURLToPath(new URL('../.artifacts/', import.meta.url))
const AXE = fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url))

let shared: Browser | undefined

/** The browser of this process, for all of its files: each opens pages of its own, and closes them. */
export async function sharedBrowser(): Promise<Browser> {
  if (!shared?.isConnected()) shared = await openBrowser()
  return shared
}

export async function openBrowser(): Promise<Browser> {
  const executablePath = (findBrowser as (context: object) => string)({ env: process.env, platform: process.platform })
  const quiet = [
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ]
  return chromium.launch({ executablePath, args: [...quiet, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])] })
}

/** The requests of each page that have no answer yet. */
const asked = new WeakMap<Page, Set<Request>>()

/** A page that remembers what went wrong in it: errors, console errors, and every request to another computer. */
export interface WatchedPage {
  readonly page: Page
  readonly problems: string[]
}

export async function openPage(
  browser: Browser,
  address: string,
  options: { theme?: 'light' | 'dark'; width?: number; height?: number } = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    colorScheme: options.theme ?? 'light',
    reducedMotion: 'reduce',
    bypassCSP: false,
  })
  const page = await context.newPage()
  const open = new Set<Request>()
  asked.set(page, open)
  page.on('request', (request) => open.add(request))
  page.on('requestfinished', (request) => open.delete(request))
  page.on('requestfailed', (request) => open.delete(request))
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(`page error: ${error.message}`))
  page.on('console', (message) => message.type() === 'error' && problems.push(`console: ${message.text()}`))
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    if (!['blob:', 'data:'].includes(protocol) && hostname !== '127.0.0.1') problems.push(`request to ${request.url()}`)
  })
  await page.goto(address)
  return { page, problems }
}

/** Whether pictures of what goes well are wanted, too: drawn without a graphics card, each takes as long as several clicks. */
export const PICTURES_WANTED = process.env['GRAFT_PICTURES'] === '1'

/** A picture for whoever looks, where pictures are wanted. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (PICTURES_WANTED) await keepPicture(page, name)
}

const MOST_WORDS = 3000

/** A picture of the page on which a test failed, and in the log what it said: of some machines only the log is left. */
export async function keepFailure(page: Page, test: string): Promise<void> {
  await keepPicture(page, `failed-${test.slice(0, 40)}`)
  const dialogs = await page.locator('[role="dialog"], [role="alertdialog"]').allInnerTexts()
  const words = (dialogs.length > 0 ? dialogs : [await page.locator('body').innerText()]).join('\n---\n')
  const open = [...(asked.get(page) ?? [])].map((request) => `${request.method()} ${request.url()}`)
  console.error(
    `${test}: ${page.url()} showed\n${words.slice(0, MOST_WORDS)}\nwithout an answer: ${open.join(', ') || 'nothing'}`,
  )
}

async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(ARTIFACTS, { recursive: true })
  await page.screenshot({ path: join(ARTIFACTS, `${name}.png`) })
}

/** Goes to a screen by its link and waits until it is there: what is looked for next may stand on the screen before, too. */
export async function openScreen(page: Page, screen: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen }).click()
  await page.waitForURL(new RegExp(`#/${screen.toLowerCase()}`))
}

/** Waits until a screen has all that it asked for, and stands still: three looks in a row, of two frames each, see no open
 *  request and no change of the page. */
export async function settled(page: Page): Promise<void> {
  for (let still = 0; still < 3;) {
    const changes = await page.evaluate<number>(`new Promise((done) => {
      let changes = 0
      const observer = new MutationObserver((records) => (changes += records.length))
      observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
      requestAnimationFrame(() => requestAnimationFrame(() => (observer.disconnect(), done(changes))))
    })`)
    const isWaiting = (asked.get(page)?.size ?? 0) > 0
    still = changes === 0 && !isWaiting ? still + 1 : 0
  }
}

/** Types a path into the file picker, once its first folder is there. */
export async function typePath(page: Page, path: string): Promise<void> {
  await page.getByRole('list', { name: 'Places' }).getByRole('button').first().waitFor()
  await page.getByLabel('Path', { exact: true }).fill(path)
}

/** Drops a file or folder of this computer on the page, as a file manager does. */
export async function dropFile(page: Page, path: string, x = 700): Promise<void> {
  // On what goes with the screen before it would reach nothing.
  await settled(page)
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [path], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x, y: 400, data })
  }
  await session.detach()
}

/** No serious or critical accessibility finding on the page as it stands. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  await colours(page)
  // Injected through the protocol, not as a script tag: the page's own policy stays in force.
  if (await page.evaluate<boolean>(`typeof axe === 'undefined'`)) await page.evaluate(readFileSync(AXE, 'utf8'))
  const findings = await page.evaluate(async () => {
    const axe = (
      globalThis as unknown as {
        axe: {
          run(): Promise<{
            violations: { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] }[]
          }>
        }
      }
    ).axe
    const { violations } = await axe.run()
    return violations
      .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
      .map(
        (violation) =>
          `${violation.id}: ${violation.nodes
            .slice(0, 4)
            .map((node) => `${node.target.join(' ')} (${node.failureSummary})`)
            .join(' | ')}`,
      )
  })
  expect(findings, `accessibility of ${where}`).toEqual([])
}

/** Waits until colours that a change of theme set moving are there: half way between two themes none has contrast. The end of one
 *  transition may begin that of what inherits from it, so that two looks have to find none. */
async function colours(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    for (let still = 0; still < 2; ) {
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
      const moving = document.getAnimations().filter((animation) => animation instanceof CSSTransition)
      still = moving.length === 0 ? still + 1 : 0
      await Promise.all(moving.map((animation) => animation.finished.catch(() => null)))
    }
  })()`)
}
