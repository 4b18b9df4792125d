import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { dropFile, expectAccessible, openScreen, screenshot, typePath } from '../support/browser.ts'
import { type OpenWorkbench, testWindow } from '../support/open-workbench.ts'
import { makePhotoFolder } from '../support/photo-folder.ts'

/** A network that Keras made, from its file to a trained run, by clicks alone. */

const FIXTURES = fileURLToPath(new URL('../fixtures/imports/', import.meta.url))
const FILE = join(FIXTURES, 'keras/residual.keras')
const { folder, open } = testWindow('import-model')
let window: OpenWorkbench
let page: Page

beforeAll(async () => {
  await makePhotoFolder(join(folder, 'photos'), { perClass: 6, side: 40, size: 40, seed: 1 })
  window = await open(join(folder, 'workspace'))
  ;({ page } = window)
})

const button = (name: string | RegExp) => page.getByRole('button', { name })
const goTo = (screen: string) => openScreen(page, screen)
const bars = () => page.getByRole('list', { name: 'Most likely classes of the photograph' })

async function inBothThemes(name: string): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    await expectAccessible(page, `${name}, ${theme}`)
    await screenshot(page, `${name}-${theme}`)
  }
}

it('has photographs to train on', async () => {
  expect(await window.client.importDataset(join(folder, 'photos'), { name: 'photos' })).toMatch(/./)
})

describe('dropped on the screen', () => {
  it('a folder of TensorFlow.js is looked at; one of no model is refused in words', async () => {
    await goTo('Models')
    await button('Import a model').waitFor()
    await dropFile(page, join(FIXTURES, 'tfjs/residual'))
    const dialog = page.getByRole('dialog')
    await dialog.getByText('16 x 16 pixels, colour').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dropFile(page, join(folder, 'photos', 'brick'))
    await dialog.getByRole('alert').getByText('Expected a model:').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
  })
})

describe('from a file to a trained run', () => {
  it('shows what the file holds before anything is taken', async () => {
    await goTo('Models')
    await button('Import a model').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Choose a file' }).click()
    await typePath(page, FILE)
    await page.keyboard.press('Enter')
    await button('Use this file').click()
    await dialog.getByText('16 x 16 pixels, colour').waitFor()
    await dialog.getByText('It must be chosen before training or predicting').waitFor()
    expect((await window.client.call('models.list', {})).some(({ kind }) => kind === 'imported')).toBe(false)
  })

  it('shows on a photograph what each preparation does', async () => {
    const choice = page.getByLabel('Pixels are prepared as')
    await choice.selectOption({ label: '-1 to 1' })
    await bars().waitFor()
    const first = await bars().textContent()
    await choice.selectOption({ label: '0 to 255 as they are' })
    await expect.poll(() => bars().textContent(), { timeout: 30_000 }).not.toBe(first)
    await inBothThemes('import-model')
    await choice.selectOption({ label: '-1 to 1' })
  })

  it('takes it, and lists it', async () => {
    await page.getByLabel('Name', { exact: true }).fill('Small residual')
    await page.getByLabel('Licence', { exact: true }).fill('MIT')
    await page.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }).click()
    await page.getByRole('heading', { name: 'Small residual', level: 1 }).waitFor({ timeout: 60_000 })
    await page.getByText('imported:small-residual').waitFor()
    await inBothThemes('imported-model')
  })

  it('trains on it', async () => {
    await button('Use as base').click()
    await page.getByRole('application', { name: /Layer graph/ }).waitFor()
    await screenshot(page, 'imported-bench')
    await button(/^Train/)
      .first()
      .click()
    await page.getByRole('list', { name: 'Facts' }).getByText('Finished').waitFor({ timeout: 180_000 })
    const { runs } = await window.client.call('runs.list', {})
    const [run] = runs
    expect([run?.status, run?.base]).toEqual(['finished', 'imported:small-residual'])
  })

  it('is removed from its page once nothing needs it', async () => {
    await goTo('Models')
    await page
      .getByRole('link', { name: /^Small residual/ })
      .last()
      .click()
    await button('More about this model').click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText('“Small residual” was removed.').waitFor()
  })
})

it('no error in the page, no request to another computer', () => {
  expect(window.problems).toEqual([])
})
