import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openBrowser, openPage } from '../support/browser.ts'
import { startHost } from '../support/http-host.ts'
import { quantile, watchedFrames, watchFrames } from './page/watch-frames.ts'
import { fillRuns } from './store/runs.ts'
import { printRows, type Row, timeRow } from './store/rows.ts'

const RUNS = 10_000
const CURVE_POINTS = 10_000
const FRAME_MS = 50

/** npm run bench -- window: frames of the real window in Chromium, with 10,000 runs listed and 20 curves of 10,000 points drawn. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'graft-bench-window-'))
  const workspace = join(folder, 'ws')
  mkdirSync(workspace)
  const first = await startHost({ userFolder: join(folder, 'user'), workspace })
  await first.stop()
  fillRuns(workspace, RUNS, CURVE_POINTS)
  const host = await startHost({ userFolder: join(folder, 'user'), workspace })
  const browser = await openBrowser()
  try {
    const { page } = await openPage(browser, host.address, { width: 1920, height: 1080 })
    const rows = [...(await listRows(page)), ...(await curveRows(page))]
    const cpu = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`
    printRows(rows, `${cpu}, Chromium ${browser.version()}, software rendering`)
    const file = join(import.meta.dirname, '..', '.artifacts', 'bench-window.json')
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), cpu, rows }, null, 2)}\n`)
    process.exitCode = rows.every((row) => row.passed) ? 0 : 1
  } finally {
    await browser.close()
    await host.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The median and the 95th percentile of the frames since `watchFrames`. */
async function frames(page: Page, name: string): Promise<Row[]> {
  const sorted = await watchedFrames(page)
  const at = (share: number): number => quantile(sorted, share)
  const longest = `longest ${at(1).toFixed(0)} ms of ${sorted.length} frames`
  return [
    timeRow(`${name}, median frame`, at(0.5), FRAME_MS, longest),
    timeRow(`${name}, 95 % of frames`, at(0.95), FRAME_MS),
  ]
}

async function listRows(page: Page): Promise<Row[]> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Runs' }).click()
  await page.getByText('run 9999').first().waitFor()
  await page.waitForTimeout(1500)
  await page.mouse.move(300, 500)
  await watchFrames(page)
  for (let i = 0; i < 60; i++) await page.mouse.wheel(0, 900)
  await page.waitForTimeout(500)
  return frames(page, `scrolling ${RUNS.toLocaleString('en')} runs`)
}

async function curveRows(page: Page): Promise<Row[]> {
  const ids = Array.from({ length: 20 }, (_unused, i) => `r${i}`).join(',')
  await page.evaluate(`location.hash = '/compare?ids=${ids}'`)
  await page.getByRole('switch', { name: /Training curves/ }).check()
  await page
    .getByRole('img', { name: /20 curves/ })
    .first()
    .waitFor()
  await page.waitForTimeout(1500)
  const box = await page
    .getByRole('img', { name: /20 curves/ })
    .first()
    .boundingBox()
  if (box === null) throw new Error('Expected a drawn chart with 20 curves.')
  await watchFrames(page)
  for (let i = 0; i < 60; i++) await page.mouse.move(box.x + 60 + (i / 60) * (box.width - 80), box.y + box.height / 2)
  await page.waitForTimeout(300)
  const hover = await frames(page, 'reading 20 curves of 10,000 points')
  const slider = page.getByRole('slider', { name: 'Smoothing' })
  await slider.focus()
  await watchFrames(page)
  for (let i = 0; i < 15; i++) await slider.press('ArrowRight')
  await page.waitForTimeout(300)
  return [...hover, ...(await frames(page, 'smoothing 20 curves of 10,000 points'))]
}

await main()
