import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  expectAccessible,
  openPage,
  openScreen,
  screenshot,
  settled,
  typePath,
  type WatchedPage,
} from '../support/browser.ts'
import { type OpenWorkbench, testWindow } from '../support/open-workbench.ts'
import { makePhotoFolder } from '../support/photo-folder.ts'

/** The first five minutes of a new user, in the order in which they happen. Each step uses what the one before left. */

const { folder, open } = testWindow('first-minutes')
let window: OpenWorkbench
let page: Page

beforeAll(async () => {
  await makePhotoFolder(join(folder, 'photos'), { perClass: 16, side: 150, size: 256, seed: 2 })
  window = await open()
  ;({ page } = window)
})

const button = (name: string | RegExp, exact = true) =>
  page.getByRole('button', typeof name === 'string' ? { name, exact } : { name })
const goTo = (screen: string) => openScreen(page, screen)

async function finishedRun(name: string): Promise<void> {
  await page.getByRole('heading', { name, level: 1 }).waitFor()
  await page.getByRole('list', { name: 'Facts' }).getByText('Finished').waitFor({ timeout: 180_000 })
}

describe('the first minutes', () => {
  it('start with a sample, one click from opening', async () => {
    await button(/Handwritten digits/).waitFor()
    expect(new URL(page.url()).search).toBe('')
    await screenshot(page, '01-start')
    await button(/Digits as a table/).click()
    await page.getByRole('heading', { name: 'uci-digits', level: 1 }).waitFor()
    await screenshot(page, '02-table')
  })

  it('go on with a folder of photographs', async () => {
    await button('Import').click()
    await button(/^A folder/).click()
    await typePath(page, join(folder, 'photos'))
    await page.keyboard.press('Enter')
    await page.getByRole('option', { name: 'chelsea' }).waitFor()
    await button('Use this folder').click()
    await page.getByText('8 classes, 128 images').waitFor()
    await screenshot(page, '03-import')
    await page.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }).click()
    await page.getByRole('heading', { name: 'photos', level: 1 }).waitFor()
    await page
      .getByRole('option', { name: /astronaut/ })
      .first()
      .waitFor()
    await screenshot(page, '04-data')
  })

  it('label by key, and take it back', async () => {
    const first = page.getByRole('option', { name: /astronaut.000/ })
    await first.click()
    await page.keyboard.press('2')
    await page.getByRole('option', { name: /astronaut.000.*brick/ }).waitFor()
    await page.getByRole('option', { name: /astronaut.001/, selected: true }).waitFor()
    await page.keyboard.press('Control+z')
    await page.getByRole('option', { name: /astronaut.000.*, astronaut/ }).waitFor()
    await expect.poll(() => page.getByRole('tab', { name: /Versions/ }).textContent()).not.toContain('Versions1')
  })

  it('freeze by click, by range and by pattern; the header always says what will be trained', async () => {
    await button('Train on this dataset').click()
    const graph = page.getByRole('application', { name: /Layer graph/ })
    const block = (name: string) => graph.getByRole('group', { name: new RegExp(`^${name},`) })
    await block('Block 15').waitFor()
    await graph.getByRole('group', { name: /^Block 15, frozen/ }).waitFor()
    await block('Block 15').click()
    await graph.getByRole('group', { name: /^Block 15, trained/ }).waitFor()
    await block('Block 15').click()
    await graph.getByRole('group', { name: /^Block 15, frozen/ }).waitFor()
    await page.getByLabel('Layers by pattern').fill('block1[45]')
    await page.getByText(/\d+ matches/).waitFor()
    await screenshot(page, '05-bench-pattern')
    await page.getByLabel('Layers by pattern').fill('block(')
    await page.getByText('is never closed').waitFor()
    await page.getByLabel('Layers by pattern').fill('')
    await expect.poll(() => page.getByRole('main').textContent()).toMatch(/3\.38 M params: *10\.2 k trainable/)
    await screenshot(page, '06-bench')
  })

  it('train on cached features', async () => {
    await page.getByLabel('Name of the experiment').fill('photos, features')
    await page.getByRole('spinbutton', { name: 'Epochs' }).fill('12')
    await button('Train').first().click()
    await finishedRun('photos, features')
    await screenshot(page, '07-run')
    await expect.poll(() => page.getByRole('main').textContent()).toMatch(/cached/)
  })

  it('see what moved: nothing that was frozen', async () => {
    await page.getByRole('tab', { name: 'Weights' }).click()
    await page.getByRole('tabpanel').getByText('stem_conv').first().waitFor()
    await screenshot(page, '08-weights')
    await page.getByRole('tab', { name: 'Results' }).click()
    await page.getByRole('tabpanel').getByText('test', { exact: false }).first().waitFor()
    await screenshot(page, '09-results')
  })

  it('compare with fine-tuning, one click away', async () => {
    await button('Compare with fine-tuning').click()
    await page.getByRole('radio', { name: /Fine-tuning/, checked: true }).waitFor()
    await page.getByLabel('Name of the experiment').fill('photos, last block')
    await page.getByRole('spinbutton', { name: 'Epochs' }).fill('2')
    await button('Train').first().click()
    await finishedRun('photos, last block')
  })

  it('compare both: metrics, only what differs, the freeze plans', async () => {
    await goTo('Compare')
    await page.getByRole('row', { name: /photos, features/ }).waitFor()
    await page
      .getByRole('figure', { name: /Accuracy/ })
      .first()
      .waitFor()
    await expect.poll(() => page.getByText('Not comparable').count()).toBe(0)
    await screenshot(page, '10-compare')
    await page.getByRole('tab', { name: 'Parameters' }).click()
    const parameters = page.getByRole('tabpanel', { name: 'Parameters' })
    await parameters.getByText('strategy.type').waitFor()
    await expect.poll(() => parameters.getByText('batchSize', { exact: true }).count()).toBe(0)
    await screenshot(page, '11-compare-parameters')
    await page.getByRole('tab', { name: 'Freeze plan' }).click()
    await page.getByRole('tabpanel', { name: 'Freeze plan' }).getByText('Block 15').waitFor()
    await screenshot(page, '12-compare-freeze')
  })

  it('take the better one away as a file that is proven to load', async () => {
    await goTo('Models')
    await page.getByRole('link', { name: /photos, features/ }).click()
    await page.getByRole('tab', { name: 'Try on an image' }).click()
    await button(/test items/).click()
    await page.getByRole('tabpanel').getByText('%').first().waitFor({ timeout: 60_000 })
    await screenshot(page, '13-try')
    await page.getByRole('tab', { name: 'Export' }).click()
    await page.getByRole('radio', { name: /Keras/ }).check()
    await page.getByRole('tabpanel').getByRole('button', { name: 'Export', exact: true }).click()
    await page.getByRole('tabpanel').getByText('model.keras').first().waitFor({ timeout: 180_000 })
    await page
      .getByRole('tabpanel')
      .getByText(/[0-9a-f]{16}/)
      .first()
      .waitFor({ timeout: 180_000 })
    await screenshot(page, '14-export')
    await expect.poll(() => page.getByRole('tabpanel').textContent()).toMatch(/difference/i)
  })

  it('find everything again after a reload', async () => {
    await goTo('Runs')
    await page.reload()
    await page
      .getByRole('link', { name: /photos, last block/ })
      .or(page.getByRole('option', { name: /photos, last block/ }))
      .first()
      .waitFor()
  })
})

describe('a new workspace', () => {
  it('is made where its name says, and only there', async () => {
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('link').first().click()
    await button(/^New workspace/).click()
    await typePath(page, join(folder, 'named', 'birds'))
    await page.keyboard.press('Enter')
    await page.getByText('does not exist yet').waitFor()
    await button('Make the workspace here').click()
    await expect.poll(() => existsSync(join(folder, 'named', 'birds', 'graft.sqlite'))).toBe(true)
    await page.getByRole('main').getByRole('button', { name: 'Import' }).first().waitFor()
    await screenshot(page, '15-new-workspace')
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('link').first().click()
    await button(/^uci-digits/)
      .first()
      .click()
    await page
      .getByRole('link', { name: /photos/ })
      .first()
      .waitFor()
  })
})

describe('nothing went wrong on the way', () => {
  it('no error in the page, no request to another computer', () => {
    expect(window.problems).toEqual([])
  })
})

describe('every screen', () => {
  let other: WatchedPage

  beforeAll(async () => {
    other = await openPage(window.browser, window.host.address)
  })

  it.each(['Data', 'Bench', 'Runs', 'Compare', 'Models'])('%s has no serious accessibility finding', async (screen) => {
    await openScreen(other.page, screen)
    for (const theme of ['light', 'dark'] as const) {
      await other.page.emulateMedia({ colorScheme: theme })
      await settled(other.page)
      await screenshot(other.page, `${screen.toLowerCase()}-${theme}`)
      await expectAccessible(other.page, `${screen}, ${theme}`)
    }
    expect(other.problems).toEqual([])
  })
})
