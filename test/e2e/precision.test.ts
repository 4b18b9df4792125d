import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { hasInt8 } from '../../src-main/base/cpu-features.ts'
import { draftKey } from '../../src-renderer/features/bench/draft.ts'
import { expectAccessible, openScreen, screenshot, settled } from '../support/browser.ts'
import { type OpenWorkbench, testWindow } from '../support/open-workbench.ts'
import { makePhotoFolder } from '../support/photo-folder.ts'

/** Formats of the frozen part in the window: measured, chosen, trained with, and read on the run's page. */

const WITH_INT8 = hasInt8()
const { folder, open } = testWindow('precision')
let window: OpenWorkbench
let page: Page
let datasetId: string

beforeAll(async () => {
  await makePhotoFolder(join(folder, 'photos'), { perClass: 24, side: 96, size: 96, seed: 4 })
  window = await open(join(folder, 'workspace'))
  ;({ page } = window)
  const { client } = window
  datasetId = await client.importDataset(join(folder, 'photos'), { name: 'photos' })
  const { path } = await client.call('workspace.state', {})
  const strategy = { type: 'feature-extraction', head: 'converged' }
  const spec = { name: 'rounded', dataset: 'photos', base: 'efficientnet-lite0', inputSize: 96, strategy }
  await client.call('system.setSetting', { key: draftKey(path ?? ''), value: { spec, seeds: '1' } })
  await openScreen(page, 'Bench')
})

const picker = () => page.getByRole('radiogroup', { name: 'Frozen part computes in' })
const format = (name: string) => picker().getByRole('radio', { name, exact: true })
const measure = () => picker().getByRole('button', { name: /^Measure( again)?: speed and agreement/ })
const ranges = () => page.getByRole('region', { name: 'Ranges by operation' }).getByRole('row')

async function inBothThemes(name: string): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    await expectAccessible(page, `${name}, ${theme}`)
    await screenshot(page, `${name}-${theme}`)
  }
}

/** What stands beside a format, as a screen reader tells it. */
async function saidOf(name: string): Promise<string> {
  const id = await format(name).getAttribute('aria-describedby')
  return ((await page.locator(`[id="${id}"]`).textContent()) ?? '').replace(/[\u2009\u202f\u00a0]/gu, ' ')
}

describe('before anything is measured', () => {
  it('all formats are offered, or refused in words, and what measuring does is said', async () => {
    await picker().scrollIntoViewIfNeeded()
    expect(await format('float32').isChecked()).toBe(true)
    await picker().getByText('Not measured for this base, cut and dataset.').waitFor()
    expect(await format('int8').isEnabled()).toBe(WITH_INT8)
    if (!WITH_INT8) expect(await saidOf('int8')).toMatch(/\.$/)
    await inBothThemes('precision-unmeasured')
  })
})

describe('measured', () => {
  it('says how far it is, and leaves nothing when it is cancelled', async () => {
    await measure().click()
    await picker().getByRole('progressbar').waitFor()
    await picker().getByRole('button', { name: 'Cancel' }).click()
    await measure().waitFor()
    await picker().getByText('Not measured for this base, cut and dataset.').waitFor()
  })

  it('shows speed and agreement beside each', async () => {
    await measure().click()
    await picker()
      .getByText(/^Measured .* on photos, version 1: EfficientNet-Lite0/)
      .waitFor({ timeout: 180_000 })
    expect(await saidOf('float32')).toMatch(/^[\d.,]+ images\/s\s*accuracy [\d.]+ %/)
    if (WITH_INT8) {
      expect(await saidOf('int8')).toMatch(/images\/s\s*[\d.]+ × float32\s*[\d.]+ % same answers\s*accuracy [\d.]+ %/)
      await picker()
        .getByText(/^Ranges of int8: .* training items\./)
        .waitFor()
    }
    await settled(page)
    await inBothThemes('precision-measured')
  })

  it.skipIf(!WITH_INT8)('tells all in a table, with the ranges of int8 to look through', async () => {
    await picker().getByRole('button', { name: 'Details: speed and agreement of the formats' }).click()
    const table = page.getByRole('table', { name: 'Speed and agreement of each format' })
    await table.getByRole('row', { name: /^int8 / }).waitFor()
    const all = await ranges().count()
    expect(all).toBeGreaterThan(30)
    await page.getByLabel('Find an operation').fill('block3')
    await expect.poll(() => ranges().count()).toBeLessThan(all)
    expect(await ranges().nth(1).textContent()).toContain('block3')
    await inBothThemes('precision-details')
    await page.getByLabel('Find an operation').fill('no such operation')
    await page.getByText('No operation has that name.').waitFor()
    await page.keyboard.press('Escape')
  })

  it('of an older version of the dataset, says so', async () => {
    const { items } = await window.client.call('datasets.items', { datasetId, filter: {}, offset: 0, limit: 1 })
    await window.client.call('datasets.label', { datasetId, column: 'label', itemIds: [items[0]!.id], value: 'brick' })
    await picker().getByText('Measured on version 1: the dataset is at version 2 now.').waitFor()
  })
})

describe.skipIf(!WITH_INT8)('trained on int8 features', () => {
  it('by the keyboard, from the bench', async () => {
    await format('float32').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => format('int8').isChecked()).toBe(true)
    await page
      .getByRole('button', { name: /^Train/ })
      .first()
      .click()
    await page.getByRole('list', { name: 'Facts' }).getByText('Finished').waitFor({ timeout: 180_000 })
    const { runs } = await window.client.call('runs.list', {})
    const { cache } = await window.client.call('runs.get', { runId: runs[0]!.id })
    expect(cache).toMatchObject({ precision: 'int8', features: { top1: expect.any(Number) } })
  })

  it('the run says how near they are to float32’s, and shows its ranges', async () => {
    await page.getByRole('tab', { name: 'Curves' }).click()
    await page.getByText(/In int8; agreement with float32 on \d+ validation items: cosine/).waitFor()
    await page.getByRole('button', { name: 'Details of the precision' }).click()
    await page.getByRole('tab', { name: 'Precision', selected: true }).waitFor()
    await page.getByText('Same answers', { exact: true }).waitFor()
    expect(await ranges().count()).toBeGreaterThan(30)
    await inBothThemes('precision-run')
  })

  it('its exports say what the head was trained on, and offer int8', async () => {
    await page.getByRole('button', { name: 'More about this run' }).click()
    await page.getByRole('menuitem', { name: 'Export' }).click()
    await page.getByText('Its heads were trained on features in int8.').waitFor()
    await page.getByRole('radio', { name: /ONNX/ }).check()
    await page.getByRole('button', { name: 'Use int8 weights' }).click()
    await page.getByText('With int8 weights the files compute in int8 as well, by the ranges of the run.').waitFor()
    await inBothThemes('precision-export')
  })
})

it('no error in the page, no request to another computer', () => {
  expect(window.problems).toEqual([])
})
