import { writeFileSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { findBrowser } from '../../build/setup/find-browser.mjs'
import { walkWorkbench } from './walk-workbench.ts'

/** Walks through the window of a host that runs under Wine, from Linux's Chromium: `node drive-windows.ts ADDRESS FOLDER`. Writes walk.json and pictures into FOLDER. */
const [address, folder] = process.argv.slice(2) as [string, string]
const executablePath = (findBrowser as (context: object) => string)({ env: process.env, platform: process.platform })
const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(address)
  const seen = await walkWorkbench(page, { shots: `${folder}/windows`, name: 'digits, Windows', timeoutMs: 300_000 })
  writeFileSync(`${folder}/walk.json`, JSON.stringify(seen, null, 2))
} finally {
  await browser.close()
}
