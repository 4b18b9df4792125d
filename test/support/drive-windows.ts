import { writeFileSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { findBrowser } from '../../build/setup/find-browser.mjs'
import { trainDigits } from './train-digits.ts'

const PATIENCE_MS = 300_000

/** Walks through the window of a host that runs under Wine, from Linux's Chromium: `node drive-windows.ts ADDRESS FOLDER`. Writes walk.json and pictures into FOLDER. */
const [address, folder] = process.argv.slice(2) as [string, string]
const executablePath = (findBrowser as (context: object) => string)({ env: process.env, platform: process.platform })
const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(address)
  page.setDefaultTimeout(PATIENCE_MS)
  const shot = (name: string) => page.screenshot({ path: `${folder}/windows-${name}.png` })
  await trainDigits(page, 'digits, Windows', shot, PATIENCE_MS)
  await page.getByRole('navigation').getByRole('link', { name: 'Models' }).click()
  await page.getByRole('link', { name: /digits, Windows/ }).click()
  await page.getByRole('tab', { name: 'Export' }).click()
  await page.getByRole('radio', { name: /Keras/ }).check()
  await page.getByRole('tabpanel').getByRole('button', { name: 'Export', exact: true }).click()
  await page.getByRole('tabpanel').getByText('model.keras').first().waitFor()
  await shot('exported')
  writeFileSync(`${folder}/walk.json`, JSON.stringify({ exported: await page.getByRole('tabpanel').textContent() }))
} finally {
  await browser.close()
}
