import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, openScreen, screenshot, settled, typePath } from '../support/browser.ts'
import type { HttpClient } from '../support/http-client.ts'
import { testWindow } from '../support/open-workbench.ts'
import { makePhotoFolder } from '../support/photo-folder.ts'

/** A dataset out of the window and into it again, by clicks and by keys. */

const DIGITS = fileURLToPath(new URL('../../resources/samples/digits', import.meta.url))

const { folder, open } = testWindow('dataset-export')
let client: HttpClient
let page: Page
let problems: string[]

beforeAll(async () => {
  await makePhotoFolder(join(folder, 'photos'), { perClass: 6, side: 80, size: 64, seed: 1 })
  const window = await open(join(folder, 'workspace'))
  ;({ client, page, problems } = window)
  for (const [name, source] of [
    ['photos', join(folder, 'photos')],
    ['digits', DIGITS],
  ] as const) {
    await client.importDataset(source, { name })
  }
  await client.call('datasets.label', { datasetId: 'photos', column: 'label', itemIds: [1], value: null })
  await client.call('datasets.label', { datasetId: 'photos', column: 'label', itemIds: [2], value: 'a/b' })
})

const dialog = () => page.getByRole('dialog')
const button = (name: string) => dialog().getByRole('button', { name, exact: true })

async function openExport(name: string): Promise<void> {
  await openScreen(page, 'Data')
  await page.getByRole('link', { name: new RegExp(`^${name}`) }).click()
  await page.getByRole('heading', { name, level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  await dialog()
    .getByRole('heading', { name: `Export “${name}”` })
    .waitFor()
}

async function hashOf(datasetId: string): Promise<unknown> {
  const { jobId } = await client.call('datasets.export', { datasetId, format: 'json' })
  return (await client.jobEnd(jobId)).result?.['hash']
}

async function pictures(name: string): Promise<void> {
  await settled(page)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await expectAccessible(page, `${name}, ${colorScheme}`)
    for (const [width, height] of [
      [1920, 1080],
      [1280, 800],
    ] as const) {
      // prettier-ignore
      await page.setViewportSize({ width, height })
      await screenshot(page, `export-${name}-${colorScheme}-${width}`)
    }
  }
  await page.emulateMedia({ colorScheme: 'light' })
}

describe('a dataset', () => {
  it('is exported by clicks, and what will be different is said before', async () => {
    await openExport('photos')
    await dialog()
      .getByRole('radio', { name: /^Folders/ })
      .check()
    const notes = dialog().getByRole('list', { name: 'What will be different there' })
    await notes
      .getByText('1 class has a name that not every computer takes for a folder of its own: "a/b" as "a_b".')
      .waitFor()
    await notes.getByText('1 picture has no label: directly in the folder of the split, in none of a class.').waitFor()
    await pictures('before')
    await button('Choose a folder').click()
    await typePath(page, join(folder, 'out'))
    await page.getByLabel('Path', { exact: true }).press('Enter')
    await page.getByText('does not exist yet: it will be made').waitFor()
    await page.getByRole('button', { name: 'Export here' }).click()
    await button('Export').click()
    await dialog()
      .getByRole('status')
      .getByText(/pictures of version 3 exported/)
      .waitFor()
    await dialog().getByText(join(folder, 'out'), { exact: true }).last().waitFor()
    await pictures('done')
    expect(existsSync(join(folder, 'out', 'train', 'a_b'))).toBe(true)
    await button('Close').first().click()
  })

  it('is the same when it is imported again', async () => {
    await openScreen(page, 'Data')
    await page
      .getByRole('button', { name: /^Import/ })
      .first()
      .click()
    await dialog()
      .getByRole('button', { name: /folder/i })
      .first()
      .click()
    await typePath(page, join(folder, 'out'))
    await page.getByLabel('Path', { exact: true }).press('Enter')
    await page.getByRole('button', { name: 'Use this folder' }).click()
    await dialog().getByText('Dataset from Graft').waitFor()
    await dialog().getByText('Labels, classes and split are taken as they were exported.').waitFor()
    await pictures('import')
    await dialog().getByLabel('Name', { exact: true }).fill('again')
    await button('Import').click()
    await page.getByRole('heading', { name: 'again', level: 1 }).waitFor()
    expect(await hashOf('again')).toBe(await hashOf('photos'))
  })

  it('is exported by keys alone, with progress, and can be cancelled', async () => {
    await openScreen(page, 'Data')
    await page.getByRole('link', { name: /^digits/ }).click()
    await page.getByRole('heading', { name: 'digits', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Export', exact: true }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => dialog().getByRole('radio', { name: /^CSV/ }).isChecked()).toBe(true)
    await dialog().getByRole('radio', { name: /^CSV/ }).focus()
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => dialog().getByRole('radio', { name: /^JSON/ }).isChecked()).toBe(true)
    const before = readdirSync(join(folder, 'workspace', 'exports'))
    await button('Export').focus()
    await page.keyboard.press('Enter')
    await dialog()
      .getByText(/Writing pictures/)
      .waitFor()
    await screenshot(page, 'export-progress')
    await button('Cancel').focus()
    await page.keyboard.press('Enter')
    await dialog().getByText('Cancelled. Nothing was written.').waitFor()
    expect(readdirSync(join(folder, 'workspace', 'exports'))).toEqual(before)
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
  })

  it('that a folder with content cannot take says so in its place', async () => {
    mkdirSync(join(folder, 'full', 'thesis'), { recursive: true })
    await openExport('photos')
    await button('Choose a folder').click()
    await typePath(page, join(folder, 'full'))
    await page.getByLabel('Path', { exact: true }).press('Enter')
    await page.getByRole('button', { name: 'Export here' }).click()
    await button('Export').click()
    await dialog()
      .getByText(/Expected an empty or missing folder for the export/)
      .waitFor()
    expect(readdirSync(join(folder, 'full'))).toEqual(['thesis'])
    await page.keyboard.press('Escape')
    expect(problems).toEqual(expect.not.arrayContaining([expect.stringContaining('page error')]))
  })
})

it('a list that was written can be read by anyone', async () => {
  const { jobId } = await client.call('datasets.export', {
    datasetId: 'photos',
    format: 'csv',
    folder: join(folder, 'csv'),
  })
  await client.jobEnd(jobId)
  const [header, first] = readFileSync(join(folder, 'csv', 'labels.csv'), 'utf8').split('\n')
  expect(header).toBe('"path","split","label"')
  expect(existsSync(join(folder, 'csv', first!.split(',')[0]!))).toBe(true)
})
