import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, openScreen, screenshot, settled } from '../support/browser.ts'
import { type OpenWorkbench, testWindow } from '../support/open-workbench.ts'
import { makePhotoFolder } from '../support/photo-folder.ts'

/** The audit of pictures with near copies across the splits, a wrong label and a black picture: found, looked through and put right by keys. */

const { folder, open } = testWindow('audit')
let window: OpenWorkbench
let page: Page
let datasetId: string
let ids: ReadonlyMap<string, number>

const CLASSES = ['astronaut', 'chelsea', 'coffee']

/** Three pictures of each class written a second time, more coarsely: other files, and the same to the eye. */
async function writeTwins(photos: string): Promise<void> {
  for (const name of CLASSES) {
    const first = readdirSync(join(photos, name)).sort().slice(0, 3)
    for (const file of first) {
      const picture = sharp(join(photos, name, file))
        .resize(200, 200)
        .jpeg({ quality: 70 })
      await picture.toFile(join(photos, name, file.replace('.jpg', '-twin.jpg')))
    }
  }
  const black = { width: 96, height: 96, channels: 3 as const, background: '#000' }
  await sharp({ create: black })
    .jpeg()
    .toFile(join(photos, 'coffee', 'night.jpg'))
}

beforeAll(async () => {
  const photos = join(folder, 'photos')
  await makePhotoFolder(photos, { perClass: 8, side: 220, size: 224, seed: 4 })
  await writeTwins(photos)
  window = await open()
  ;({ page } = window)
  const { client } = window
  await client.call('workspace.open', { source: join(folder, 'ws'), create: true })
  datasetId = await client.importDataset(photos, { name: 'photos' })
  const { items } = await client.call('datasets.items', { datasetId, offset: 0, limit: 1000 })
  ids = new Map(items.map((item) => [item.name, item.id]))
  const twins = items.filter(({ name }) => name.includes('-twin'))
  const rest = items.filter(({ name }) => !name.includes('-twin'))
  const move = (of: typeof items, split: 'train' | 'test') =>
    client.call('datasets.moveToSplit', { datasetId, itemIds: of.map(({ id }) => id), split })
  await move(rest, 'train')
  await move(twins, 'test')
  // One label that is wrong.
  await client.call('datasets.label', { datasetId, column: 'label', itemIds: [wrongItem()], value: 'brick' })
  await page.reload()
  await openScreen(page, 'Data')
  await page.getByRole('heading', { name: 'photos', level: 1 }).waitFor()
})

const wrongItem = (): number => ids.get('chelsea/005.jpg')!
const splitsOf = async (...names: string[]): Promise<string[]> => {
  const { client } = window
  const filter = { ids: names.map((name) => ids.get(name)!) }
  return (await client.call('datasets.items', { datasetId, filter, offset: 0, limit: 9 })).items.map(
    ({ split }) => split,
  )
}
const labelOf = async (id: number): Promise<unknown> => {
  const { items } = await window.client.call('datasets.items', {
    datasetId,
    filter: { ids: [id] },
    offset: 0,
    limit: 1,
  })
  return items[0]?.labels['label']
}
const part = (name: string) =>
  page.getByRole('navigation', { name: 'Parts of the audit' }).getByRole('button', { name })

describe('the audit', () => {
  it('prepares features on a click', async () => {
    await page.getByRole('tab', { name: 'Audit' }).click()
    await part('Near copies').click()
    await page.getByText('This needs features of the images').waitFor()
    await screenshot(page, 'audit-features')
    await expectAccessible(page, 'the audit without features')
    await page.getByRole('button', { name: /^Look at 7\d images/ }).click()
    await page.getByRole('listbox', { name: 'Groups of near copies' }).waitFor({ timeout: 240_000 })
  })

  it('moves twins out of the test split by one key, as one change that can be undone', async () => {
    await page.getByText(/9 test images have a near copy in training/).waitFor()
    await page.getByText(/^Moves 9 images to train/).waitFor()
    await settled(page)
    await screenshot(page, 'audit-copies')
    await expectAccessible(page, 'near copies')
    const { version } = await window.client.call('datasets.get', { datasetId })
    await page.getByRole('button', { name: 'Move them' }).click()
    await page.getByText(/9 test images have/).waitFor({ state: 'detached' })
    expect(await splitsOf('chelsea/000.jpg', 'chelsea/000-twin.jpg')).toEqual(['train', 'train'])
    expect((await window.client.call('datasets.get', { datasetId })).version).toBe(version + 1)
    const { acrossSplits } = await window.client.call('labelling.duplicates', {
      datasetId,
      similarity: 0.98,
      perceptual: 4,
    })
    expect(acrossSplits).toBe(0)
    await page.keyboard.press('z')
    await page.getByText(/9 test images have/).waitFor()
    expect((await splitsOf('chelsea/000.jpg', 'chelsea/000-twin.jpg')).sort()).toEqual(['test', 'train'])
  })

  it('has none above a likeness that no pair reaches', async () => {
    await page.getByLabel('What makes a near copy').selectOption('Features alone')
    const slider = page.getByRole('slider', { name: 'Likeness of near copies' })
    await slider.focus()
    await page.keyboard.press('End')
    await page.getByText('No near copies above 100.0 %').waitFor()
    await screenshot(page, 'audit-no-copies')
  })

  it('finds the wrong label, which is taken by key, and undone', async () => {
    await part('Doubtful labels').click()
    const list = page.getByRole('listbox', { name: 'Doubtful labels' })
    const wrong = list.getByRole('option', { name: /^brick or chelsea chelsea.005\.jpg/ })
    await wrong.waitFor({ timeout: 60_000 })
    await wrong.click()
    await settled(page)
    await screenshot(page, 'audit-doubtful')
    await expectAccessible(page, 'doubtful labels')
    await page.keyboard.press('t')
    await list.getByRole('option', { name: /chelsea.005\.jpg.*taken/ }).waitFor()
    await page.getByText(/^1 of \d+/).waitFor()
    expect(await labelOf(wrongItem())).toBe('chelsea')
    await page.keyboard.press('z')
    await expect.poll(() => labelOf(wrongItem())).toBe('brick')
    await wrong.waitFor()
    await page.keyboard.press('k')
    await list.getByRole('option', { name: /chelsea.005\.jpg.*kept/ }).waitFor()
    expect((await window.client.call('labelling.marks', { datasetId, column: 'label' })).kept).toEqual([wrongItem()])
  })

  it('finds a black picture and shows it in the grid', async () => {
    await part('Poor pictures').click()
    await page
      .getByRole('option', { name: /night\.jpg/ })
      .first()
      .click()
    await settled(page)
    await screenshot(page, 'audit-poor')
    await expectAccessible(page, 'poor pictures')
    await page.keyboard.press('Enter')
    await page.getByText(/1 of 7\d: from a list/).waitFor()
  })

  it('lists outliers', async () => {
    await page.getByRole('tab', { name: 'Audit' }).click()
    await part('Outliers').click()
    await page.getByRole('listbox', { name: 'Outliers' }).getByRole('option').first().waitFor()
    await settled(page)
    await screenshot(page, 'audit-outliers')
    await expectAccessible(page, 'outliers')
    expect(window.problems).toEqual([])
  })
})
