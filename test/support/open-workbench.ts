import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach } from 'vitest'
import { keepFailure, openPage, sharedBrowser } from './browser.ts'
import { type HttpClient, httpClient } from './http-client.ts'
import { startHost, type RunningHost } from './http-host.ts'

export interface OpenWorkbench {
  readonly host: RunningHost
  readonly browser: Browser
  readonly client: HttpClient
  readonly page: Page
  /** What went wrong in the page. */
  readonly problems: string[]
}

export interface TestWindow {
  /** A folder for the whole file. */
  readonly folder: string
  /** Starts the loopback host, on `workspace` where one is given, and opens its window in Chromium. */
  open(workspace?: string): Promise<OpenWorkbench>
}

/** The window of one test file: closed after it, and kept as a picture when a test fails. Called at the file's top level. */
export function testWindow(name: string): TestWindow {
  const folder = mkdtempSync(join(tmpdir(), `graft-${name}-`))
  let host: RunningHost | undefined
  let browser: Browser | undefined
  let page: Page | undefined
  afterAll(async () => {
    await Promise.all(browser?.contexts().map((context) => context.close()) ?? [])
    await host?.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail' && page) await keepFailure(page, task.name)
  })
  return {
    folder,
    async open(workspace) {
      host = await startHost({
        userFolder: join(folder, 'user'),
        ...(workspace === undefined ? {} : { workspace }),
        ...(process.env['GRAFT_RENDERER'] ? { renderer: process.env['GRAFT_RENDERER'] } : {}),
      })
      browser = await sharedBrowser()
      const watched = await openPage(browser, host.address)
      page = watched.page
      page.setDefaultTimeout(30_000)
      return { host, browser, client: httpClient(host.address), page, problems: watched.problems }
    },
  }
}
