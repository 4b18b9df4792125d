import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { findBrowser } from '../../build/setup/find-browser.mjs'

export const ARTIFACTS = fileURLToPath(new URL('../.artifacts/', import.meta.url))
const AXE = fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url))

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

export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(ARTIFACTS, { recursive: true })
  await page.screenshot({ path: join(ARTIFACTS, `${name}.png`) })
}

/** Drops a file or folder of this computer on the page, as a file manager does. */
export async function dropFile(page: Page, path: string, x = 700): Promise<void> {
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
  const { readFileSync } = await import('node:fs')
  await page.evaluate(readFileSync(AXE, 'utf8'))
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
