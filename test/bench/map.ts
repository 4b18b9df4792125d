import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { packNumbers } from '../../src-main/base/packed-numbers.ts'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { openBrowser, openPage } from '../support/browser.ts'
import { startHost } from '../support/http-host.ts'
import { importToyDataset, testWorkbench } from '../support/test-workbench.ts'
import { quantile, watchedFrames, watchFrames } from './page/watch-frames.ts'
import { scriptItems } from './store/dataset.ts'
import { printRows, type Row, timeRow } from './store/rows.ts'

const FRAME_MS = 1000 / 60
const LASSO_MS = 100

/** npm run bench -- map: frames of the map in Chromium while it is moved, with 1,000, 10,000 and 100,000 points; --quick: 1,000 alone.
 *  Items are records only, and their places are made up: what is measured is the window. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'graft-bench-map-'))
  const sizes = process.argv.includes('--quick') ? [1000] : [1000, 10_000, 100_000]
  const browser = await openBrowser()
  try {
    const rows: Row[] = []
    for (const items of sizes) rows.push(...(await rowsOf(join(folder, String(items)), items, browser)))
    const cpu = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`
    printRows(rows, `${cpu}, Chromium ${browser.version()}, software rendering`)
    const file = join(import.meta.dirname, '..', '.artifacts', 'bench-map.json')
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), cpu, rows }, null, 2)}\n`)
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function rowsOf(folder: string, items: number, browser: Awaited<ReturnType<typeof openBrowser>>): Promise<Row[]> {
  mkdirSync(folder, { recursive: true })
  const workspace = join(folder, 'ws')
  const test = testWorkbench({ folder })
  scriptItems(test, items)
  await test.call('workspace.open', { source: workspace, create: true })
  const datasetId = await importToyDataset(test, 'large')
  await test.close()
  const host = await startHost({ userFolder: join(folder, 'user'), workspace })
  const { page } = await openPage(browser, host.address, { width: 1920, height: 1080 })
  try {
    await answerFor(page, datasetId, items)
    await page.evaluate(`location.hash = '/data/${datasetId}'`)
    await page.getByRole('tab', { name: 'Map' }).click()
    const map = page.getByRole('application', { name: /^Map of/ })
    await map.waitFor()
    await page.getByRole('list', { name: 'Colours of the points' }).getByText('class 9').waitFor()
    await page.waitForTimeout(1500)
    const box = await map.boundingBox()
    if (box === null) throw new Error('Expected a map.')
    const name = `${items.toLocaleString('en')} points`
    return [...(await moved(page, box, name)), await lassoed(page, box, name)]
  } finally {
    await page.context().close()
    await host.stop()
  }
}

/** Stands for the process with the features. */
async function answerFor(page: Page, datasetId: string, items: number): Promise<void> {
  const random = seededRandom(1)
  const places = Float32Array.from({ length: 2 * items }, () => (random() + random() + random()) / 3)
  const state = { datasetId, status: 'ready', base: null, baseTitle: 'made up', jobId: null, items, dimensions: 2 }
  const answers: Readonly<Record<string, unknown>> = {
    state: { ...state, memoryBytes: 0, head: null, wanting: 'No labels.', estimate: null },
    map: { items, points: packNumbers(places), seconds: 0, wasKept: true },
  }
  await page.route(/\/rpc\/labelling\.(state|map)$/, (route) => {
    const value = answers[route.request().url().split('.').at(-1) ?? '']
    return route.fulfill({ json: { ok: true, value } })
  })
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

async function moved(page: Page, { x, y, width, height }: Box, name: string): Promise<Row[]> {
  await page.mouse.move(x + width / 2, y + height / 2)
  await page.mouse.down()
  await watchFrames(page)
  for (let i = 0; i < 90; i++) await page.mouse.move(x + width / 2 + 200 * Math.sin(i / 9), y + height / 2 + i)
  const sorted = await watchedFrames(page)
  await page.mouse.up()
  await page.keyboard.press('f')
  const longest = `longest ${quantile(sorted, 1).toFixed(0)} ms of ${sorted.length} frames`
  return [
    timeRow(`moving ${name}, median frame`, quantile(sorted, 0.5), FRAME_MS * 1.1, longest),
    timeRow(`moving ${name}, 95 % of frames`, quantile(sorted, 0.95), FRAME_MS * 2),
  ]
}

/** From the end of a lasso around everything to the count of what is marked. */
async function lassoed(page: Page, { x, y, width, height }: Box, name: string): Promise<Row> {
  await page.keyboard.down('Shift')
  await page.mouse.move(x + width * 0.02, y + height * 0.02)
  await page.mouse.down()
  for (const [across, down] of [
    [0.99, 0.01],
    [0.99, 0.99],
    [0.01, 0.99],
  ] as const)
    await page.mouse.move(x + width * across, y + height * down)
  const from = performance.now()
  await page.mouse.up()
  await page.getByRole('toolbar', { name: 'Selected items' }).waitFor()
  const took = performance.now() - from
  await page.keyboard.up('Shift')
  return timeRow(`lasso around ${name}`, took, LASSO_MS, 'until the count of the marked is there')
}

await main()
