import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import type { ExportRecord } from '../../src-main/contract/models.ts'
import type { Run } from '../../src-main/contract/runs.ts'
import { keepFailure, openScreen, screenshot } from '../support/browser.ts'
import { choose, type DesktopApp, give, startDesktop } from '../support/desktop-app.ts'
import { makePhotoFolder } from '../support/photo-folder.ts'
import { writableFolder } from '../support/stage-electron.ts'
import { display } from './display.ts'
import { dropFiles, must } from './drive.ts'

/** The whole first path in the window of the desktop, by clicks: each step uses what the one before left. */

const stage = inject('stage')
let desktop: DesktopApp
let files: string

beforeAll(async () => {
  files = writableFolder(stage, 'files')
  await makePhotoFolder(join(files, 'photos'), { perClass: 8, side: 150, size: 96, seed: 2 })
  for (const folder of ['exports', 'workspace', 'birds', 'dataset']) {
    mkdirSync(join(files, folder))
    give(stage, join(files, folder))
  }
  desktop = await startDesktop(stage, display)
})
afterAll(() => desktop?.close())
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepFailure(desktop.page, task.name)
})

const page = () => desktop.page
const button = (name: string | RegExp) => page().getByRole('button', { name, exact: typeof name === 'string' })
const dialog = () => page().getByRole('dialog')
const panel = () => page().getByRole('tabpanel')
const goTo = (screen: string) => openScreen(page(), screen)
const shot = (name: string) => screenshot(page(), `desktop-${name}`)

const chosenDataset = () => page().getByRole('main').locator('option:checked').first().textContent()

async function train(name: string): Promise<void> {
  await page().getByLabel('Name of the experiment').fill(name)
  await page().getByRole('spinbutton', { name: 'Epochs' }).fill('2')
  await button('Train').first().click()
  await page().getByRole('heading', { name, level: 1 }).waitFor()
  await page().getByRole('list', { name: 'Facts' }).getByText('Finished').waitFor({ timeout: 120_000 })
}

describe('the first path', () => {
  test('begins with a sample, one click from the start', async () => {
    await button(/Handwritten digits/).waitFor()
    await shot('01-start')
    await button(/Handwritten digits/).click()
    await page().getByRole('heading', { name: 'digits', level: 1 }).waitFor()
    await page().locator('img[src^="wb://media/"]').first().waitFor()
    await shot('02-data')
  })

  test('trains LeNet natively', async () => {
    await button('Train on this dataset').click()
    await page()
      .getByRole('application', { name: /Layer graph/ })
      .waitFor()
    await train('digits, all of it')
    await shot('03-run')
    const { runs } = await must<{ runs: Run[] }>(desktop, 'runs.list')
    expect(runs[0]?.metrics['validation.accuracy']?.last).toBeGreaterThan(0.85)
  })

  test('freezes by a click on the graph of the model it has just made, and trains the rest', async () => {
    await goTo('Models')
    await page()
      .getByRole('link', { name: /digits, all of it/ })
      .click()
    await shot('04-model')
    await button('Use as base').click()
    await page()
      .getByRole('button', { name: /digits, all of it/ })
      .waitFor()
    const graph = page().getByRole('application', { name: /Layer graph/ })
    const block = (name: string, state: string) => graph.getByRole('group', { name: new RegExp(`^${name}, ${state}`) })
    const clickTo = async (name: string, state: string): Promise<void> => {
      await graph.getByRole('group', { name: new RegExp(`^${name},`) }).click()
      await block(name, state).waitFor()
    }
    // All of a base is kept at first: two blocks are trained again, one of them is frozen once more.
    await block('Convolution 1', 'frozen').waitFor()
    await clickTo('Hidden 1', 'trained')
    await clickTo('Convolution 2', 'trained')
    await clickTo('Convolution 2', 'frozen')
    await shot('05-frozen')
    await train('digits, filters kept')
    const { runs } = await must<{ runs: Run[] }>(desktop, 'runs.list')
    const { frozen = 0, trainable = 0 } = runs.find(({ name }) => name === 'digits, filters kept')?.parameters ?? {}
    expect([frozen, trainable]).toEqual([832 + 51_264, 803_072 + 2570])
    await page().getByRole('tab', { name: 'Weights' }).click()
    await panel().getByText(/conv/i).first().waitFor()
    await shot('06-weights')
  })

  test('compares both', async () => {
    await goTo('Compare')
    await page()
      .getByRole('row', { name: /digits, all of it/ })
      .waitFor()
    await page()
      .getByRole('row', { name: /digits, filters kept/ })
      .waitFor()
    await page()
      .getByRole('figure', { name: /Accuracy/ })
      .first()
      .waitFor()
    await shot('07-compare')
    await page().getByRole('tab', { name: 'Freeze plan' }).click()
    await page().getByRole('tabpanel', { name: 'Freeze plan' }).getByText('Convolution 1').first().waitFor()
    await shot('08-freeze-plan')
  })

  test('exports with a proof, into the workspace and into a folder of one’s own', async () => {
    await goTo('Models')
    await page()
      .getByRole('link', { name: /digits, filters kept/ })
      .click()
    await page().getByRole('tab', { name: 'Export' }).click()
    await page().getByRole('radio', { name: /Keras/ }).check()
    await panel().getByRole('button', { name: 'Export', exact: true }).click()
    await panel().getByRole('cell', { name: 'model.keras' }).waitFor({ timeout: 120_000 })
    await choose(desktop, join(files, 'exports'))
    await page()
      .getByRole('radio', { name: /TensorFlow\.js|TFJS/ })
      .check()
    await button('Choose a folder').click()
    await panel().getByText('exports', { exact: true }).waitFor()
    await panel().getByRole('button', { name: 'Export', exact: true }).click()
    await panel().getByRole('cell', { name: 'model.json' }).waitFor({ timeout: 120_000 })
    await shot('09-export')
    const records = await must<ExportRecord[]>(desktop, 'models.exports')
    expect(records.map(({ format }) => format).sort()).toEqual(['keras', 'tfjs'])
    for (const { proof, folder, files: made } of records) {
      expect(proof.samples).toBeGreaterThan(0)
      expect(proof.maxDifference).toBeLessThan(1e-4)
      for (const file of made) expect(statSync(join(folder, file.name)).size).toBe(file.sizeBytes)
    }
    expect(readdirSync(join(files, 'exports')).length).toBeGreaterThan(0)
  })

  test('tries the model on a picture that is chosen, and on several that are dropped', async () => {
    await page().getByRole('tab', { name: 'Try on an image' }).click()
    const chooser = page().waitForEvent('filechooser')
    await button('Choose pictures').click()
    const photo = (name: string, i: number): string => join(files, 'photos', name, `00${i}.jpg`)
    await (await chooser).setFiles(photo('chelsea', 0))
    const results = page().getByRole('list', { name: 'Predictions' }).locator('> li')
    await results.first().waitFor({ timeout: 60_000 })
    await expect.poll(() => results.count()).toBe(1)
    await expect.poll(() => results.first().textContent()).toMatch(/%/)
    await dropFiles(desktop, page().getByText('Drop pictures here'), [photo('brick', 1), photo('coffee', 2)])
    await expect.poll(() => results.count(), { timeout: 60_000 }).toBe(3)
    await shot('10-try')
  })
})

describe('one’s own pictures', () => {
  test('are imported from a folder into a workspace in a folder, both chosen in the system’s dialogs', async () => {
    await page().getByRole('navigation', { name: 'Screens' }).getByRole('link').first().click()
    await choose(desktop, join(files, 'workspace'), join(files, 'photos'))
    await button(/^New workspace/).click()
    await page().getByText('No data in this workspace yet').waitFor()
    expect(existsSync(join(files, 'workspace', 'graft.sqlite'))).toBe(true)
    await page().getByRole('main').getByRole('button', { name: 'Import' }).first().click()
    await button(/^A folder/).click()
    await page().getByText('8 classes, 64 images').waitFor()
    await shot('11-import')
    await dialog().getByRole('button', { name: 'Import', exact: true }).click()
    await page().getByRole('heading', { name: 'photos', level: 1 }).waitFor()
    await page()
      .getByRole('option', { name: /astronaut/ })
      .first()
      .waitFor()
    await shot('12-own-data')
    await button('Train on this dataset').click()
    await expect.poll(chosenDataset).toBe('photos · 64 images')
    await goTo('Data')
  })

  test('leave as a folder per split and class, into a folder chosen in the system’s dialog', async () => {
    const out = join(files, 'dataset')
    await choose(desktop, out)
    await button('Export').click()
    await dialog()
      .getByRole('radio', { name: /^Folders/ })
      .check()
    await dialog().getByRole('button', { name: 'Choose a folder' }).click()
    await dialog().getByText('dataset', { exact: true }).waitFor()
    await dialog().getByRole('button', { name: 'Export', exact: true }).click()
    await dialog().getByText('64 pictures of version 1 exported.').waitFor()
    await shot('13-dataset-export')
    await dialog().getByRole('button', { name: 'Close' }).last().click()
    const written = readdirSync(out, { recursive: true, encoding: 'utf8' })
    expect(written.filter((path) => path.endsWith('.jpg'))).toHaveLength(64)
    expect(written).toContain('graft-dataset.json')
    expect(readdirSync(join(out, 'train'))).toHaveLength(8)
  })

  test('are imported when files and a folder are dropped at once', async () => {
    for (let i = 0; i < 4; i++)
      copyFileSync(join(files, 'photos', 'grass', `00${i}.jpg`), join(files, 'birds', `wing ${i}.jpg`))
    const loose = [0, 1, 2].map((i) => join(files, 'photos', 'rocket', `00${i}.jpg`))
    await dropFiles(desktop, page().getByRole('main'), [...loose, join(files, 'birds')])
    await dialog()
      .getByText(/7 images/)
      .waitFor()
    await shot('14-drop')
    await dialog().getByRole('button', { name: 'Import', exact: true }).click()
    await expect.poll(async () => (await must<object[]>(desktop, 'datasets.list')).length, { timeout: 30_000 }).toBe(2)
    await shot('15-dropped')
    // The bench was there before this dataset was.
    await page().getByText('Not labelled').waitFor()
    await button('Train on this dataset').click()
    await expect.poll(chosenDataset).toMatch(/· 7 images/)
  })
})

test('nothing went wrong on the way', async () => {
  expect(desktop.said.filter((line) => /console|page error/.test(line))).toEqual([])
  expect(await must(desktop, 'system.info')).toMatchObject({ blockedConnections: [], host: 'electron' })
  expect(await must(desktop, 'failures.list')).toEqual({ total: 0, failures: [] })
})
