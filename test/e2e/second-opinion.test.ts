import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, openScreen, screenshot, settled } from '../support/browser.ts'
import { type OpenWorkbench, testWindow } from '../support/open-workbench.ts'
import { makePhotoFolder } from '../support/photo-folder.ts'

/** A second labeller's pass from the draw to the disagreements, by keys. */

const { folder, open } = testWindow('second-opinion')
let window: OpenWorkbench
let page: Page
let datasetId: string

beforeAll(async () => {
  await makePhotoFolder(join(folder, 'photos'), { perClass: 3, side: 150, size: 96, seed: 5 })
  window = await open()
  ;({ page } = window)
  const { client } = window
  await client.call('workspace.open', { source: join(folder, 'ws'), create: true })
  datasetId = await client.importDataset(join(folder, 'photos'), { name: 'photos' })
  await page.reload()
  await openScreen(page, 'Data')
  await page.getByRole('heading', { name: 'photos', level: 1 }).waitFor()
})

const button = (name: string | RegExp) => page.getByRole('button', { name })
const opinion = async () => (await window.client.call('opinions.list', { datasetId }))[0]
const version = async (): Promise<number> => (await window.client.call('datasets.get', { datasetId })).version
const labelOf = async (id: number): Promise<unknown> => {
  const { items } = await window.client.call('datasets.items', {
    datasetId,
    filter: { ids: [id] },
    offset: 0,
    limit: 1,
  })
  return items[0]?.labels['label']
}

describe('a second opinion', () => {
  it('draws images, and shows neither labels nor names of files', async () => {
    await page.getByRole('tab', { name: 'Second opinion' }).click()
    await page.getByRole('heading', { name: 'Second opinion' }).waitFor()
    await screenshot(page, 'opinion-start')
    await expectAccessible(page, 'the start of a second opinion')
    await page.getByLabel('Who labels').fill('Ada')
    await page.getByLabel('Images to draw').fill('6')
    await button('Draw 6 images').click()
    await page.getByRole('option').first().waitFor()
    await settled(page)
    expect(await page.getByRole('option').count()).toBe(6)
    const grid = await page.getByRole('listbox').evaluate((element) => (element as { outerHTML: string }).outerHTML)
    expect(grid).not.toMatch(/astronaut|brick|chelsea|coffee|grass|gravel|rocket|\.jpg/)
    await screenshot(page, 'opinion-pass')
    await expectAccessible(page, 'a pass of a second opinion')
  })

  it('is labelled by keys, and leaves the dataset as it is', async () => {
    const before = await version()
    await page.getByRole('listbox').focus()
    // All as the second class: only what is brick agrees.
    for (let i = 0; i < 6; i++) await page.keyboard.press('2')
    await expect.poll(async () => (await opinion())?.answered).toBe(6)
    await page.keyboard.press('z')
    await expect.poll(async () => (await opinion())?.answered).toBe(5)
    await page.keyboard.press('Shift+z')
    await expect.poll(async () => (await opinion())?.answered).toBe(6)
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Single item' }).waitFor()
    await screenshot(page, 'opinion-single')
    await page.keyboard.press('Escape')
    expect(await version()).toBe(before)
  })

  it('survives a reload of the window', async () => {
    await page.reload()
    await page.getByRole('tab', { name: 'Second opinion' }).click()
    await page.getByText('6 of 6').first().waitFor()
  })

  it('ends in agreement and kappa, worked out from what both said', async () => {
    await button('Finish').click()
    await page.getByText('Labelled alike').waitFor()
    const { id } = (await opinion())!
    const found = await window.client.call('opinions.agreement', { opinionId: id })
    expect([found.items, found.agreed + found.disagreements]).toEqual([6, 6])
    await page.getByText(`${found.agreed} of 6 images`).waitFor()
    await settled(page)
    await screenshot(page, 'opinion-agreement')
    await expectAccessible(page, 'the agreement')
  })

  it('goes through the disagreements by keys: keep, take, unsure, undo', async () => {
    await page.getByRole('tab', { name: /^Disagreements/ }).click()
    const list = page.getByRole('listbox', { name: 'Disagreements' })
    await list.getByRole('option').first().waitFor()
    const { items } = await window.client.call('opinions.disagreements', { opinionId: (await opinion())!.id })
    const [first, second, third] = items
    await list.focus()
    await page.keyboard.press('k')
    await page.keyboard.press('t')
    await page.keyboard.press('u')
    await page.getByText(/^3 of \d/).waitFor()
    expect([await labelOf(first!.item), await labelOf(second!.item)]).toEqual([first!.first, 'brick'])
    expect((await window.client.call('labelling.marks', { datasetId, column: 'label' })).unsure).toEqual([third!.item])
    await settled(page)
    await screenshot(page, 'opinion-disagreements')
    await expectAccessible(page, 'disagreements')
    await page.keyboard.press('z')
    await page.keyboard.press('z')
    await expect.poll(() => labelOf(second!.item)).toBe(second!.first)
    await page.getByText(/^1 of \d/).waitFor()
    expect((await window.client.call('labelling.marks', { datasetId, column: 'label' })).unsure).toEqual([])
    expect(window.problems).toEqual([])
  })
})
