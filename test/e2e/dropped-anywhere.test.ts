import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { dropFile, openScreen } from '../support/browser.ts'
import { type OpenWorkbench, testWindow } from '../support/open-workbench.ts'
import { makePhotoFolder } from '../support/photo-folder.ts'

/** Every place of the window and every kind of file: what is dropped is taken, or answered in words. */

const MODEL = fileURLToPath(new URL('../fixtures/imports/keras/residual.keras', import.meta.url))
const SEEN = '16 x 16 pixels, colour'
const NOWHERE = 'this place takes no files'

const { folder, open } = testWindow('dropped-anywhere')
const file = (name: string) => join(folder, name)
const DROPPED = {
  model: MODEL,
  picture: file('photos/brick/000.jpg'),
  pictures: file('photos'),
  table: file('rows.csv'),
  workspace: file('workspace'),
  nonsense: file('notes.md'),
  empty: file('nothing'),
}
let window: OpenWorkbench
let page: Page

beforeAll(async () => {
  await makePhotoFolder(file('photos'), { perClass: 2, side: 40, size: 40, seed: 1 })
  writeFileSync(DROPPED.table, 'age,kind\n1,a\n2,b\n3,a\n')
  writeFileSync(DROPPED.nonsense, 'nothing to train on')
  mkdirSync(DROPPED.empty)
  window = await open(DROPPED.workspace)
  ;({ page } = window)
})

/** What was opened or said does not stand in the way of the next. */
afterEach(async () => {
  const cancel = page.getByRole('dialog').getByRole('button', { name: /^(Cancel|Close)$/ })
  while ((await cancel.count()) > 0) await cancel.first().click()
  const dismiss = page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Dismiss' })
  while ((await dismiss.count()) > 0) await dismiss.first().click()
})

async function onTab(name: string): Promise<void> {
  await openScreen(page, 'Models')
  await page.getByRole('link', { name: /EfficientNet-Lite0/ }).click()
  await page.getByRole('tab', { name }).click()
}

const PLACES: Record<string, () => Promise<void>> = {
  Start: async () => {
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('link').first().click()
    await page.getByRole('heading', { name: /Reuse a trained network/ }).waitFor()
  },
  Data: () => openScreen(page, 'Data'),
  Bench: () => openScreen(page, 'Bench'),
  Runs: () => openScreen(page, 'Runs'),
  Compare: () => openScreen(page, 'Compare'),
  Models: () => onTab('About'),
  'Try on an image': () => onTab('Try on an image'),
  'Predict a folder': () => onTab('Predict a folder'),
  'Import a model': async () => {
    await openScreen(page, 'Models')
    await page.getByRole('button', { name: 'Import a model' }).click()
    await page.getByRole('dialog').waitFor()
  },
  'Import data': async () => {
    await openScreen(page, 'Data')
    await page.getByRole('button', { name: 'Import data' }).first().click()
    await page.getByRole('dialog').waitFor()
  },
  Keys: async () => {
    await page.keyboard.press('F1')
    await page.getByRole('dialog').waitFor()
  },
}

type Kind = keyof typeof DROPPED

const TABLE: [place: string, kind: Kind, answer: string | RegExp][] = [
  ['Start', 'model', 'only copies of its files arrive'],
  ['Start', 'pictures', 'only copies of its files arrive'],
  ['Start', 'empty', 'nothing of that kind was dropped'],
  ['Data', 'pictures', /classes, 16 images/],
  ['Data', 'table', /3 rows/],
  ['Data', 'model', 'Models'],
  ['Data', 'workspace', 'graft.sqlite'],
  ['Data', 'nonsense', 'Expected a folder, a CSV or TSV table, or an IDX file.'],
  ['Bench', 'model', NOWHERE],
  ['Bench', 'pictures', NOWHERE],
  ['Runs', 'table', NOWHERE],
  ['Compare', 'picture', NOWHERE],
  ['Models', 'model', SEEN],
  ['Models', 'picture', 'Expected a model:'],
  ['Models', 'pictures', 'Expected a model:'],
  ['Models', 'workspace', 'Expected a model:'],
  ['Try on an image', 'model', SEEN],
  ['Try on an image', 'picture', '000.jpg'],
  ['Try on an image', 'table', 'rows.csv'],
  ['Try on an image', 'nonsense', 'It cannot be read'],
  ['Try on an image', 'empty', 'nothing of that kind was dropped'],
  ['Predict a folder', 'model', SEEN],
  ['Predict a folder', 'pictures', 'photos'],
  ['Predict a folder', 'nonsense', 'notes.md'],
  ['Predict a folder', 'empty', 'nothing of that kind was dropped'],
  ['Import a model', 'model', SEEN],
  ['Import a model', 'picture', 'Expected a model:'],
  ['Import data', 'pictures', /classes, 16 images/],
  ['Import data', 'model', 'Models'],
  ['Keys', 'model', 'this dialog takes no files'],
]

describe.each(TABLE)('on %s: %s', (place, kind, answer) => {
  it(`says ${String(answer)}`, async () => {
    await PLACES[place]!()
    await dropFile(page, DROPPED[kind])
    const said = page.locator('main, [role=dialog], [aria-label=Notices]').getByText(answer)
    await said.first().waitFor({ timeout: 30_000 })
    expect(await said.count()).toBeGreaterThan(0)
  })
})

it('no error in the page, no request to another computer', () => {
  expect(window.problems).toEqual([])
})
