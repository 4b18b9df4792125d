import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { openScreen, screenshot } from '../support/browser.ts'
import type { HttpClient } from '../support/http-client.ts'
import { type OpenWorkbench, testWindow } from '../support/open-workbench.ts'

/** Files and folders of this computer, really dropped on the window of a browser. */

/** Chromium numbers them itself; other browsers leave that to the workbench. */
const NAMESAKE = expect.stringMatching(/^loose \(\d\)\.png$/)

const { folder, open } = testWindow('dropping')
let window: OpenWorkbench
let client: HttpClient
let page: Page

beforeAll(async () => {
  for (const side of [8, 9, 10, 11, 12, 13]) {
    await picture(`cats/${side}.png`, side)
    await picture(`dogs/${side}.png`, side + 10)
  }
  await picture('here/loose.png', 30)
  await picture('there/loose.png', 31)
  mkdirSync(join(folder, 'empty'))
  window = await open(join(folder, 'workspace'))
  ;({ client, page } = window)
})

async function picture(path: string, side: number): Promise<void> {
  const background = { r: side * 6, g: 200 - side, b: 90 }
  mkdirSync(join(folder, dirname(path)), { recursive: true })
  const image = sharp({ create: { width: side, height: side, channels: 3, background } })
  writeFileSync(join(folder, path), await image.png().toBuffer())
}

/** As the system does it: a drag that enters, hovers and lets go, with paths of real files and folders. */
async function drop(...names: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const files = names.map((name) => join(folder, name))
  const data = { items: [], files, dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 700, y: 400, data })
  }
  await session.detach()
}

const goTo = (screen: string) => openScreen(page, screen)
const button = (name: string | RegExp) => page.getByRole('button', { name })

describe('dropped on the data', () => {
  it('a file, its namesake and two folders become one dataset', async () => {
    await goTo('Data')
    await page.getByText('No data in this workspace yet').waitFor()
    await drop('cats', 'here/loose.png', 'dogs', 'there/loose.png')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('2 classes, 14 images').waitFor()
    await dialog.getByText('4 dropped files and folders').waitFor()
    await screenshot(page, 'dropped-several')
    await dialog.getByRole('button', { name: 'Import', exact: true }).click()
    await page.getByRole('heading', { name: 'dropped files', level: 1 }).waitFor()
    const { items } = await client.call('datasets.items', { datasetId: 'dropped files', offset: 0, limit: 100 })
    const names = items.map((item) => item.name)
    expect(names).toHaveLength(14)
    expect(names).toEqual(expect.arrayContaining(['cats/8.png', 'dogs/13.png', 'loose.png', NAMESAKE]))
    const sides = items.filter((item) => item.name.startsWith('loose')).map((item) => item.width)
    expect(sides.sort()).toEqual([30, 31])
  })

  it('nothing that can be used is said so', async () => {
    await drop('empty')
    await page.getByRole('alert').getByText('nothing of that kind was dropped').waitFor()
    await page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Dismiss' }).click()
  })
})

describe('dropped on the start screen', () => {
  it('data is no workspace, but can be imported into a new one', async () => {
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('link').first().click()
    await page.getByRole('heading', { name: /Reuse a trained network/ }).waitFor()
    await drop('cats', 'dogs')
    await page.getByText('only copies of its files arrive').waitFor()
    await button(/^Make a new workspace and import/).waitFor()
  })
})

describe('dropped on a model', () => {
  it('files and folders are predicted together, each under its own name', async () => {
    const strategy = { type: 'fine-tuning' }
    const spec = { dataset: 'dropped files', base: { architecture: 'lenet' }, strategy, epochs: 1, batchSize: 4 }
    const { runId } = await client.call('runs.start', { spec: { ...spec, name: 'of dropped files' } })
    await expect
      .poll(async () => (await client.call('runs.get', { runId })).status, { timeout: 120_000, interval: 500 })
      .toBe('finished')
    await goTo('Models')
    await page.getByRole('link', { name: /of dropped files/ }).click()
    await page.getByRole('tab', { name: 'Predict a folder' }).click()
    await drop('dogs', 'here/loose.png', 'there/loose.png')
    await page.getByText('3 dropped files and folders').waitFor()
    await button('Predict').click()
    await page.getByText('8 rows written').waitFor({ timeout: 60_000 })
    const path = await page.getByRole('tabpanel').locator('p.path').textContent()
    const names = readFileSync(path?.trim() ?? '', 'utf8')
      .split('\n')
      .map((row) => row.split(',')[0])
    expect(names).toEqual(expect.arrayContaining(['dogs/8.png', 'loose.png', NAMESAKE]))
  })
})

describe('nothing went wrong on the way', () => {
  it('no error in the page, no request to another computer', () => {
    expect(window.problems).toEqual([])
  })
})
