import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { dropFile, openScreen, screenshot } from '../support/browser.ts'
import { type OpenWorkbench, testWindow } from '../support/open-workbench.ts'
import { makePhotoFolder } from '../support/photo-folder.ts'

/** From a dropped file to a trained run that is exported and compared, by clicks alone: a ResNet of torchvision's, and a network of
 *  Keras' with the layers of EfficientNet, both cut down. */

const FIXTURES = fileURLToPath(new URL('../fixtures/imports/', import.meta.url))
const MODELS = [
  { file: 'pytorch/resnet.pth', name: 'resnet', block: 'Stage 1, block 0', preparation: null },
  { file: 'keras/squeezed.keras', name: 'squeezed', block: 'Block2a', preparation: '0 to 255 as they are' },
] as const

const { folder, open } = testWindow('imported-run')
let window: OpenWorkbench
let page: Page

beforeAll(async () => {
  await makePhotoFolder(join(folder, 'photos'), { perClass: 6, side: 40, size: 40, seed: 1 })
  window = await open(join(folder, 'workspace'))
  ;({ page } = window)
})

const button = (name: string | RegExp) => page.getByRole('button', { name })
const panel = () => page.getByRole('tabpanel')
const goTo = (screen: string) => openScreen(page, screen)

it('has photographs to train on', async () => {
  expect(await window.client.importDataset(join(folder, 'photos'), { name: 'photos' })).toMatch(/./)
})

describe.each(MODELS)('$file', ({ file, name, block, preparation }) => {
  it('is dropped, looked at and taken', async () => {
    await goTo('Models')
    await button('Import a model').waitFor()
    // On the list: what is dropped on a trained model’s page is for it to look at.
    await dropFile(page, join(FIXTURES, file), 300)
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name', { exact: true }).waitFor()
    if (preparation !== null) await dialog.getByLabel('Pixels are prepared as').selectOption({ label: preparation })
    await dialog.getByRole('button', { name: 'Import', exact: true }).click()
    await page.getByRole('heading', { name, level: 1 }).waitFor({ timeout: 60_000 })
  })

  it('is thawed and frozen by clicks, and trained', async () => {
    await button('Use as base').click()
    const graph = page.getByRole('application', { name: /Layer graph/ })
    const drawn = graph.getByRole('group', { name: new RegExp(`^${block}, `) })
    const said = () => drawn.getAttribute('aria-label')
    const frozen = await said()
    await drawn.click()
    await expect.poll(said).not.toBe(frozen)
    await drawn.click()
    await expect.poll(said).toBe(frozen)
    await page.getByLabel('Name of the experiment').fill(`on ${name}`)
    await page.getByRole('spinbutton', { name: 'Epochs' }).fill('2')
    await button('Train').first().click()
    await page.getByRole('heading', { name: `on ${name}` }).waitFor()
    await page.getByRole('list', { name: 'Facts' }).getByText('Finished').waitFor({ timeout: 120_000 })
  })

  it('is exported in both formats of layers, each proven', async () => {
    await goTo('Models')
    await page
      .getByRole('link', { name: new RegExp(`on ${name}`) })
      .first()
      .click()
    await page.getByRole('tab', { name: /Export/ }).click()
    const made = () => window.client.call('models.exports', {})
    const before = (await made()).length
    for (const [count, format] of ['Keras', 'TensorFlow.js'].entries()) {
      await panel()
        .getByRole('radio', { name: new RegExp(`^${format}`) })
        .check()
      await panel().getByRole('button', { name: 'Export', exact: true }).click()
      await expect.poll(async () => (await made()).length, { timeout: 120_000, interval: 500 }).toBe(before + count + 1)
    }
    for (const { proof } of await made()) {
      expect(proof).toMatchObject({ sameTop1: 1 })
      expect(proof.maxDifference).toBeLessThan(1e-4)
    }
    await panel().getByRole('region', { name: 'Exports' }).getByText('model.json').first().waitFor()
  })
})

it('both runs are compared', async () => {
  await goTo('Compare')
  for (const { name } of MODELS) await page.getByRole('row', { name: new RegExp(`on ${name}`) }).waitFor()
  await page
    .getByRole('figure', { name: /Accuracy/ })
    .first()
    .waitFor()
  await screenshot(page, 'imported-compare')
})

it('no error in the page, no request to another computer', () => {
  expect(window.problems).toEqual([])
})
