import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, openScreen, screenshot, settled } from '../support/browser.ts'
import { type OpenWorkbench, testWindow } from '../support/open-workbench.ts'
import { makePhotoFolder } from '../support/photo-folder.ts'

/** Twelve labels are one line of the history, which opens; a version gets a name, is compared, and is offered where versions are chosen. */

const { folder, open } = testWindow('history')
let window: OpenWorkbench
let page: Page

beforeAll(async () => {
  await makePhotoFolder(join(folder, 'photos'), { perClass: 4, side: 150, size: 96, seed: 3 })
  window = await open()
  ;({ page } = window)
  const { client } = window
  await client.call('workspace.open', { source: join(folder, 'ws'), create: true })
  await client.importDataset(join(folder, 'photos'), { name: 'photos' })
  await page.reload()
  await openScreen(page, 'Data')
  await page.getByRole('heading', { name: 'photos', level: 1 }).waitFor()
})

const lines = () => page.getByRole('treegrid', { name: 'History' }).getByRole('rowgroup').getByRole('row')
const tab = (name: RegExp) => page.getByRole('tab', { name }).click()

describe('the history', () => {
  it('has one line for twelve labels, which opens by keys', async () => {
    await page.getByRole('option', { name: /astronaut.000/ }).click()
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press(i % 3 === 0 ? '4' : '5')
      await settled(page)
    }
    await tab(/^Versions/)
    await expect.poll(() => lines().count()).toBe(2)
    const label = await lines().first().textContent()
    expect(label).toMatch(/2–13.*Labelled 12 items: 8 .*, 4 /)
    await page.getByRole('treegrid', { name: 'History' }).focus()
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => lines().count()).toBe(14)
    await lines().nth(2).getByText('Set label of 1 item to').waitFor()
    await screenshot(page, 'history-open')
    await expectAccessible(page, 'the history')
  })

  it('names a version by keys; named ones can be shown alone', async () => {
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('n')
    await page.getByLabel(/Name of version/).fill('Before lunch')
    await page.keyboard.press('Enter')
    await lines().getByText('Before lunch').first().waitFor()
    await page.getByText('Named', { exact: true }).click()
    await expect.poll(() => lines().count()).toBe(1)
    await screenshot(page, 'history-named')
    await page.getByText('All', { exact: true }).click()
  })

  it('tells of changes that were taken back', async () => {
    await tab(/^Images/)
    await page.getByRole('option').first().waitFor()
    await page.keyboard.press('Control+z')
    await settled(page)
    await tab(/^Versions/)
    await lines().getByText('1 undone').waitFor()
  })

  it('offers named versions for an export and a training', async () => {
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: /^Export/ })
    await dialog.getByLabel('Version').selectOption({ label: 'Before lunch · version 12' })
    await screenshot(page, 'history-export')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Train on this dataset' }).click()
    await page.getByLabel('Version of the dataset').selectOption({ label: 'Before lunch · version 12' })
    await screenshot(page, 'history-bench')
    await openScreen(page, 'Data')
    await tab(/^Versions/)
  })

  it('compares two versions, and shows the items that differ', async () => {
    await page.getByRole('treegrid', { name: 'History' }).focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('c')
    const dialog = page.getByRole('dialog', { name: 'Compare versions' })
    await dialog.getByRole('button', { name: 'Show them' }).first().waitFor()
    await screenshot(page, 'history-compare')
    await expectAccessible(page, 'the comparison of versions')
    await dialog.getByRole('button', { name: 'Show them' }).first().click()
    await page.getByText(/from a list/).waitFor()
    expect(await page.getByRole('option').count()).toBeGreaterThan(0)
    expect(window.problems).toEqual([])
  })
})
