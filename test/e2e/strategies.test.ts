import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, openScreen, PICTURES_WANTED, screenshot } from '../support/browser.ts'
import { writeDigits } from '../support/digit-sets.ts'
import type { HttpClient } from '../support/http-client.ts'
import { testWindow } from '../support/open-workbench.ts'

/** Strategies of several networks, wired on the bench by clicks alone. Digits with two label columns, and others over
 *  photographs as another domain. */

const { folder, open } = testWindow('strategies')
let client: HttpClient
let page: Page
let problems: string[]

beforeAll(async () => {
  writeDigits(join(folder, 'digits'), { from: 0, count: 100 })
  writeDigits(join(folder, 'photos'), { from: 0, count: 60, sample: 'photo-digits' })
  ;({ client, page, problems } = await open(join(folder, 'workspace')))
  const datasetId = await client.importDataset(join(folder, 'digits'), { name: 'digits', storage: 'copy' })
  await client.importDataset(join(folder, 'photos'), { name: 'photos', storage: 'copy' })
  await addParity(datasetId)
})

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await page.keyboard.press('Escape')
})

/** A second label column, from the first: even and odd digits. */
async function addParity(datasetId: string): Promise<void> {
  await client.call('datasets.addColumn', { datasetId, name: 'parity', type: 'classification' })
  for (const [value, digits] of Object.entries({ even: [0, 2, 4, 6, 8], odd: [1, 3, 5, 7, 9] })) {
    await client.call('datasets.addClass', { datasetId, column: 'parity', name: value })
    for (const digit of digits) {
      const filter = { column: 'label', label: String(digit) }
      const itemIds = await client.call('datasets.itemIds', { datasetId, filter })
      await client.call('datasets.label', { datasetId, column: 'parity', itemIds, value })
    }
  }
}

const button = (name: string | RegExp, exact = true) =>
  page.getByRole('button', typeof name === 'string' ? { name, exact } : { name })
const goTo = (screen: string) => openScreen(page, screen)
const strategySection = () => page.getByRole('region', { name: 'Strategy', exact: true })

/** Opens the list of strategies, finds one by its name and takes it. */
async function chooseStrategy(name: RegExp, search: string): Promise<void> {
  await strategySection().getByRole('button', { name: 'Change', exact: true }).click()
  await page.getByRole('searchbox', { name: 'Search strategies' }).fill(search)
  await strategySection().getByRole('radio', { name }).click()
  await strategySection().getByRole('radio', { name, checked: true }).waitFor()
  await strategySection().getByRole('button', { name: 'Change', exact: true }).waitFor()
}

async function pick(label: RegExp, choice: RegExp): Promise<void> {
  await button(label).click()
  await page.getByRole('listbox', { name: label }).getByRole('option', { name: choice }).click()
  await page.keyboard.press('Escape')
}

async function setNumber(label: string, value: number): Promise<void> {
  const field = page.getByRole('spinbutton', { name: label, exact: true })
  await field.fill(String(value))
  await field.press('Tab')
}

async function train(name: string): Promise<void> {
  await page.getByLabel('Name of the experiment').fill(name)
  await button('Train').first().click()
  await page.getByRole('heading', { name, level: 1 }).waitFor()
  await page.getByRole('list', { name: 'Facts' }).getByText('Finished').waitFor({ timeout: 240_000 })
}

async function openBench(dataset: string): Promise<void> {
  await goTo('Bench')
  await page.getByRole('combobox', { name: 'Dataset' }).selectOption({ label: dataset })
  await page.getByRole('application', { name: /Layer graph/ }).waitFor()
}

/** Both themes, two sizes: what a person would look at. */
async function pictures(name: string): Promise<void> {
  if (!PICTURES_WANTED) return
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    for (const [width, height] of [
      [1280, 800],
      [1920, 1080],
    ] as const) {
      await page.setViewportSize({ width, height })
      await page.waitForTimeout(250)
      await screenshot(page, `${name}-${theme}-${width}`)
    }
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 1280, height: 800 })
}

describe('on the bench', () => {
  it('a two-head run: heads are added, named and wired by click', async () => {
    await goTo('Bench')
    await openBench('digits · 100 images')
    await button(/^Add a head for parity/).click()
    await page.getByRole('textbox', { name: 'Head' }).nth(1).fill('even')
    const graph = page.getByRole('application', { name: /Layer graph/ })
    await graph.getByRole('group', { name: /^even,/ }).waitFor()
    await chooseStrategy(/Multi-task, soft/, 'soft')
    await graph.getByText('Task: label').waitFor()
    await graph.getByText('Task: even').waitFor()
    await page
      .getByRole('note', { name: /What flows/ })
      .getByText(/L2 distance/)
      .waitFor()
    await pictures('soft')
    await chooseStrategy(/Multi-task, hard/, 'several hard')
    await setNumber('Epochs', 2)
    await pictures('heads')
    await expectAccessible(page, 'bench with two heads')
    await train('digits, two heads')
    const { runs } = await client.call('runs.list', { filter: { search: 'two heads' } })
    const run = await client.call('runs.get', { runId: runs[0]?.id ?? '' })
    expect(run.heads.map((head) => [head.name, head.column])).toEqual([
      ['label', 'label'],
      ['even', 'parity'],
    ])
    expect(Object.keys(run.metrics)).toContain('test.even.accuracy')
    await pictures('heads-run')
  })

  it('a head is removed by key', async () => {
    await goTo('Bench')
    const graph = page.getByRole('application', { name: /Layer graph/ })
    await graph.getByRole('group', { name: /^even,/ }).waitFor()
    await graph.focus()
    await page.keyboard.press('End')
    await page.keyboard.press('Delete')
    await graph.getByRole('group', { name: /^even,/ }).waitFor({ state: 'detached' })
    await button(/^Add a head for parity/).waitFor()
  })

  it('a teacher and its student stand one beside the other', async () => {
    await chooseStrategy(/Fine-tuning/, 'fine')
    await train('digits, teacher')
    await openBench('digits · 100 images')
    await chooseStrategy(/Knowledge distillation/, 'compress distil')
    await page
      .getByRole('note', { name: /What flows/ })
      .getByText('No teacher yet')
      .waitFor()
    await pick(/^Teacher/, /digits, teacher/)
    const graph = page.getByRole('application', { name: /Layer graph/ })
    await graph.getByText('Teacher: digits, teacher').waitFor()
    await graph.getByText('Student', { exact: true }).waitFor()
    await graph
      .getByRole('group', { name: /of the teacher, read-only/ })
      .first()
      .waitFor()
    await page
      .getByRole('note', { name: /What flows/ })
      .getByText(/soft labels, T = 4/)
      .waitFor()
    await pictures('distillation')
    await expectAccessible(page, 'bench with teacher and student')
    await train('digits, student')
    await page.getByRole('tab', { name: /Findings/ }).click()
    await pictures('distillation-run')
    await expectAccessible(page, 'findings of a distillation')
    const { runs } = await client.call('runs.list', { filter: { search: 'digits, student' } })
    const exhibits = await client.call('runs.exhibits', { runId: runs[0]?.id ?? '' })
    expect(exhibits.some((exhibit) => exhibit.kind === 'table')).toBe(true)
    await page.getByRole('tab', { name: 'Curves' }).click()
    await pictures('distillation-curves')
  })

  it('source and target stand one beside the other, with the reversed gradient between them', async () => {
    await openBench('digits · 100 images')
    await chooseStrategy(/DANN/, 'domain')
    await page.getByText('no dataset chosen yet').first().waitFor()
    await button('Check')
      .or(button(/^Check ·/))
      .click()
    await page.getByRole('region', { name: 'Check' }).getByText('Must be mended').first().waitFor()
    await pictures('dann-check')
    await pick(/^Target dataset/, /photos/)
    const graph = page.getByRole('application', { name: /Layer graph/ })
    await graph.getByText('Target: photos').waitFor()
    await graph
      .getByRole('group', { name: /of the target, read-only/ })
      .first()
      .waitFor()
    await button('Measure: Domain gap').click()
    await page
      .getByRole('group', { name: 'Domain gap' })
      .getByText(/A-distance/i)
      .first()
      .waitFor({ timeout: 120_000 })
    await button('Details: Domain gap').click()
    await page
      .getByRole('dialog', { name: 'Domain gap' })
      .getByText(/Measured .+ in /)
      .waitFor()
    await pictures('gap')
    await expectAccessible(page, 'a measurement')
    await page.keyboard.press('Escape')
    await pictures('dann')
    await expectAccessible(page, 'bench with source and target')
    await setNumber('Epochs', 2)
    await train('digits to photos')
    await page.getByRole('tab', { name: /Findings/ }).click()
    await pictures('dann-run')
    await page.getByRole('tab', { name: 'Curves' }).click()
    await pictures('dann-curves')
  })

  it('the advisor measures before it speaks, and its advice is one click away', async () => {
    await openBench('digits · 100 images')
    await button('Measure: Advisor').click()
    const advisor = page.getByRole('group', { name: 'Advisor' })
    await button('Details: Advisor').waitFor({ timeout: 200_000 })
    await strategySection().scrollIntoViewIfNeeded()
    await pictures('advisor')
    await button('Details: Advisor').click()
    await page
      .getByRole('dialog', { name: 'Advisor' })
      .getByText(/Measured .+ in /)
      .waitFor()
    await pictures('advisor-details')
    await page.keyboard.press('Escape')
    const before = await client.call('analyses.list', { type: 'advisor' })
    expect(before[0]?.words).toContain(' ')
    await expect.poll(() => advisor.getByRole('button').count()).toBeGreaterThan(1)
  })

  it('the learning rate is read off a curve, and taken over by a click', async () => {
    await openBench('digits · 100 images')
    const optimizer = page.getByRole('region', { name: 'Optimizer', exact: true })
    await button('Measure: Learning rate finder').click()
    await button('Details: Learning rate finder').waitFor({ timeout: 120_000 })
    const [listed] = await client.call('analyses.list', { type: 'rate-finder' })
    const { suggestions } = await client.call('analyses.get', { analysisId: listed?.id ?? '' })
    await button('Details: Learning rate finder').click()
    const dialog = page.getByRole('dialog', { name: 'Learning rate finder' })
    await dialog.getByText(/Measured .+ in /).waitFor()
    await expect.poll(() => dialog.locator('canvas').count()).toBeGreaterThan(0)
    await pictures('rate-finder')
    await expectAccessible(page, 'the learning rate finder')
    await page.keyboard.press('Escape')
    const [suggestion] = suggestions
    await optimizer.getByRole('button', { name: suggestion!.title, exact: true }).click()
    const rate = String(suggestion!.patch['optimizer.learningRate'])
    await expect.poll(() => optimizer.getByLabel('Learning rate', { exact: true }).inputValue()).toBe(rate)
  })

  it('base models are ranked on the data before any is trained', async () => {
    await page.getByTitle('Choose the base model (B)').click()
    const picker = page.getByRole('dialog', { name: 'Base model' })
    await picker.getByRole('button', { name: 'Measure: Transferability scores' }).click()
    await picker.getByRole('button', { name: 'Details: Transferability scores' }).waitFor({ timeout: 200_000 })
    await pictures('ranking')
    await picker.getByRole('button', { name: 'Details: Transferability scores' }).click()
    const dialog = page.getByRole('dialog', { name: 'Transferability scores' })
    await dialog.getByText(/Measured .+ in /).waitFor()
    await dialog.getByText('LogME').first().waitFor()
    await pictures('ranking-details')
    await expectAccessible(page, 'the ranking of base models')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
  })

  it('without a console error or a request to elsewhere', () => {
    expect(problems).toEqual([])
  })
})
