import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { RequestInput } from '../../src-main/contract/index.ts'
import { formatMetric } from '../../src-renderer/features/runs/metric-name.ts'
import { formatInteger } from '../../src-renderer/ui/format.ts'
import type { HttpClient } from '../support/http-client.ts'
import { openScreen, typePath } from '../support/browser.ts'
import { CASES, IMPORT_CASES } from '../support/import-cases.ts'
import { type OpenWorkbench, testWindow } from '../support/open-workbench.ts'

/** Inputs that once went wrong, by the window; cases-cli.test.ts goes through the same by the command line, and says where those
 *  without a file of their own are tested: of those, pipes, exit codes and the order of `graft runs` have no counterpart here. */

const FLOAT = join(CASES, '../photos/float01.tif')

const { folder, open } = testWindow('cases')
let window: OpenWorkbench
let client: HttpClient
let page: Page

beforeAll(async () => {
  window = await open(join(folder, 'workspace'))
  ;({ client, page } = window)
})

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
const dialog = () => page.getByRole('dialog')
const goTo = (screen: string) => openScreen(page, screen)
const plain = (text: string): string => text.replaceAll(/\s+/g, ' ')
const textOf = async (what: ReturnType<Page['getByRole']>): Promise<string> => plain(await what.innerText())

/** Chooses a file or folder in the list that the window offers. */
async function take(path: string, action: string): Promise<void> {
  // The folder of last time is listed first; it would take the place of what is typed.
  await page.locator('nav [aria-current="location"]').waitFor()
  await typePath(page, path)
  await page.keyboard.press('Enter')
  await button(action).click()
}

/** What a test that failed may have left open. */
async function closeDialogs(): Promise<void> {
  while (await dialog().first().isVisible()) {
    await page.keyboard.press('Escape')
    await page.waitForTimeout(100)
  }
}

/** Opens the import dialog on a source; answers what it says. */
async function look(source: string): Promise<string> {
  await closeDialogs()
  await goTo('Data')
  await page
    .getByRole('main')
    .getByRole('button', { name: /^Import/ })
    .first()
    .click()
  const isFile = /\.\w+$/.test(source)
  await button(isFile ? /^A file/ : /^A folder/).click()
  await take(source, isFile ? 'Use this file' : 'Use this folder')
  await dialog().getByLabel('Name', { exact: true }).waitFor()
  return textOf(dialog())
}

/** Imports what the dialog shows, and waits for the screen of the dataset. */
async function importAs(name: string): Promise<void> {
  await dialog().getByLabel('Name', { exact: true }).fill(name)
  await dialog().getByRole('button', { name: 'Import', exact: true }).click()
  await page.getByRole('heading', { name, level: 1 }).waitFor()
}

async function tab(name: RegExp | string): Promise<string> {
  await page.getByRole('tab', { name }).click()
  const panel = page.getByRole('tabpanel')
  await expect.poll(async () => textOf(panel)).not.toMatch(/^(Reading…|Counting…)?$/)
  return textOf(panel)
}

/** A run by the same requests that the bench sends; the bench is the matter of other tests. */
async function run(spec: Omit<RequestInput<'runs.start'>['spec'], 'strategy'>): Promise<string> {
  const { runId } = await client.call('runs.start', { spec: { strategy: { type: 'fine-tuning' }, ...spec } })
  for (let status = ''; status !== 'finished';) {
    await new Promise((resolve) => setTimeout(resolve, 300))
    ;({ status } = await client.call('runs.get', { runId }))
    if (!['queued', 'running', 'finished'].includes(status)) throw new Error(`the run is ${status}`)
  }
  return runId
}

/** Predicts by the screen of the model; answers the cells of the CSV. */
async function predict(name: string, kind: 'folder' | 'table', source: string): Promise<string[][]> {
  await closeDialogs()
  await goTo('Models')
  await page.getByRole('link', { name }).click()
  await page.getByRole('tab', { name: `Predict a ${kind}` }).click()
  await button(kind === 'table' ? 'Choose a CSV file' : 'Choose a folder').click()
  await take(source, `Take this ${kind}`)
  await button('Predict').click()
  await page.getByText(/\d+ rows? written/).waitFor({ timeout: 120_000 })
  const path = await page.getByRole('tabpanel').locator('p.path').textContent()
  const rows = readFileSync(path?.trim() ?? '', 'utf8').trim()
  return rows.split(/\r?\n/).map((row) => row.split(','))
}

it.each(IMPORT_CASES)(
  'imports $input',
  async ({ input, items, labels, features, said, found = [], dialog: shown = [] }) => {
    const before = await look(join(CASES, input))
    for (const text of [...said, ...shown]) expect(before).toContain(text)
    await importAs(input)
    expect(await textOf(page.getByRole('tablist', { name: 'Dataset' }))).toMatch(
      new RegExp(`^(Images|Rows) ?${formatInteger(items)}\\b`),
    )
    const about = await tab('Audit')
    for (const label of labels) expect(about).toContain(label)
    if (features !== undefined) expect(about).toContain(features)
    const problems = await tab(/^Problems/)
    for (const text of input.startsWith('12') ? [] : [...said, ...found]) expect(problems).toContain(text)
    if (said.length + found.length === 0) expect(problems).toContain('No problems')
  },
)

describe('what is guessed can be said otherwise', () => {
  it('12: whole numbers are classes', async () => {
    await look(join(CASES, '12-26-integer-classes.csv'))
    const use = dialog().getByLabel('Use of label')
    await expect.poll(() => use.locator('option:checked').textContent()).toContain('Label: numbers')
    await use.selectOption({ label: 'Label: classes' })
    await importAs('12')
    expect(await tab('Audit')).toContain('label (26 classes)')
  })

  it('18: None is no class', async () => {
    await look(join(CASES, '18-class-None.csv'))
    await dialog().getByText('Only these').click()
    await dialog().getByLabel('Words, separated by commas').fill('None')
    await dialog().getByText('Missing in label (None)').waitFor()
    expect(await textOf(dialog())).toContain('label looks like the label (2 classes)')
    await importAs('18')
    expect(await tab('Audit')).toContain('label (2 classes)')
    expect(await tab(/^Problems/)).toContain('There is no label; imported without label.')
  })

  it('15: the first line names the columns, or does not', async () => {
    await look(join(CASES, '15-no-header'))
    await expect.poll(() => dialog().getByRole('radio', { name: 'A row' }).isChecked()).toBe(true)
    await dialog().getByText('Names of columns').click()
    await dialog().getByText('To predict: dog.').waitFor()
    expect(await textOf(dialog())).not.toContain('no names')
    await dialog().getByText('A row', { exact: true }).click()
    await dialog().getByText('To predict: column 2.').waitFor()
  })
})

it('01: a table with decimal commas is predicted as it was learned', async () => {
  const optimizer = { type: 'adam', learningRate: 0.01 }
  await run({ name: 'commas', dataset: '01-decimal-comma.csv', base: { architecture: 'mlp' }, epochs: 40, optimizer })
  const rows = (await predict('commas', 'table', join(CASES, '01-decimal-comma.csv'))).slice(1)
  const right = readFileSync(join(CASES, '01-decimal-comma.csv'), 'utf8').trim().split(/\r?\n/).slice(1)
  expect(rows.filter((row, i) => row[1] === right[i]!.split(';')[2]).length / right.length).toBeGreaterThan(0.93)
  const two = await predict('commas', 'table', join(CASES, '01-two-rows.csv'))
  expect(two.map((row) => row.at(-1))).toEqual(['error', '', ''])
})

it('07: equal rows of a table are in the test split; a run without test items says so', async () => {
  await look(join(CASES, '07-discrete-table.csv'))
  await importAs('07')
  expect(await textOf(page.getByRole('group', { name: /^Split/ }))).toMatch(/Test ?15.% ?298/)
  expect(await tab(/^Problems/)).toContain('1992 rows have the features of an earlier row')
  const split = { train: 0.8, validation: 0.2, test: 0 }
  await client.importDataset(join(CASES, '07-discrete-table.csv'), { name: 'no test', split })
  const spec = { base: { architecture: 'mlp' }, epochs: 1 }
  await run({ ...spec, name: 'with a test', dataset: '07' })
  const runId = await run({ ...spec, name: 'without a test', dataset: 'no test' })
  await page.goto(new URL(`/#/runs/${runId}`, page.url()).href)
  await page.getByRole('heading', { name: 'without a test' }).waitFor()
  expect(await tab('Log')).toContain('The test split is empty')
})

it('08: shares that small classes do not allow are said', async () => {
  await look(join(CASES, '08-small-classes.csv'))
  await dialog().locator('summary').click()
  for (const name of ['Validation', 'Test']) await dialog().getByLabel(name, { exact: true }).fill('5')
  await dialog().getByLabel('Seed', { exact: true }).click()
  await importAs('08')
  expect(await tab(/^Problems/)).toContain('The shares asked for are 108 train, 6 validation, 6 test; the split is 40')
})

it('09: every figure belongs to the weights that are saved', async () => {
  await client.importDataset(join(CASES, '09-table.csv'), { name: '09' })
  const spec = { dataset: '09', base: { architecture: 'mlp' }, epochs: 30 }
  const optimizer = { type: 'adam', learningRate: 0.05 }
  for (const restoreBest of [true, false]) {
    const name = restoreBest ? 'restored' : 'as it ended'
    const runId = await run({ ...spec, name, optimizer, earlyStopping: { patience: 100, restoreBest } })
    const loss = (await client.call('runs.get', { runId })).metrics['validation.loss']!
    expect(loss.kept).toBe(restoreBest ? loss.best : loss.last)
    await page.goto(new URL(`/#/runs/${runId}`, page.url()).href)
    await page.getByRole('heading', { name }).waitFor()
    await page.getByRole('tab', { name: 'Results' }).click()
    const row = page.getByRole('row', { name: /^Loss/ })
    const shown = await row.locator('td').nth(4).innerText()
    expect(shown).toBe(formatMetric('validation.loss', loss.kept))
    expect(shown).not.toBe(formatMetric('validation.loss', restoreBest ? loss.last : loss.best))
  }
})

describe('a model of grey pictures', () => {
  beforeAll(async () => {
    const base = { architecture: 'lenet', channels: 1 as const }
    await run({ name: 'grey', dataset: '27-class-names', base, epochs: 1, batchSize: 8 })
  })

  it('10: says how colours become grey', async () => {
    await goTo('Models')
    await page.getByRole('link', { name: 'grey' }).click()
    await page.getByRole('tab', { name: 'Export' }).click()
    await page.getByRole('tabpanel').getByRole('button', { name: 'Export', exact: true }).click()
    const made = page.getByRole('region', { name: 'Exports' }).locator('p.path')
    await made.waitFor({ timeout: 180_000 })
    const text = readFileSync(join((await made.innerText()).trim(), 'preprocessing.json'), 'utf8')
    expect(text).toContain('0.299 R + 0.587 G + 0.114 B')
  })

  it('22: predicts no drawing, as no import takes one', async () => {
    mkdirSync(join(folder, 'drawings'))
    for (const name of ['22.svg', '10-red.png']) copyFileSync(join(CASES, name), join(folder, 'drawings', name))
    const rows = await predict('grey', 'folder', join(folder, 'drawings'))
    const reasons = Object.fromEntries(rows.map((row) => [row[0], row.at(-1)]))
    expect(reasons).toMatchObject({ '10-red.png': '', '22.svg': expect.stringContaining('SVG drawings are not read') })
    await look(join(folder, 'drawings'))
    await importAs('22')
    expect(await tab(/^Problems/)).toContain('SVG drawings are not read')
  })

  it('27: writes distinct columns for classes that are called as columns are', async () => {
    const [header] = await predict('grey', 'folder', join(CASES, '27-class-names', 'cat'))
    expect(header).toEqual(['path', 'predicted', 'cat', 'error (class)', 'path (class)', 'predicted (class)', 'error'])
  })
})

describe('a file that cannot be used', () => {
  it('11: alone says why, in a folder is listed with the same reason', async () => {
    await goTo('Data')
    const session = await page.context().newCDPSession(page)
    const data = { items: [], files: [FLOAT], dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, x: 700, y: 400, data })
    }
    const reason = 'floating point numbers of 32 bits, whose white is not known'
    await dialog().getByText(reason).waitFor()
    mkdirSync(join(folder, 'depths'))
    copyFileSync(FLOAT, join(folder, 'depths', 'float.tif'))
    copyFileSync(join(CASES, '10-red.png'), join(folder, 'depths', 'red.png'))
    await look(join(folder, 'depths'))
    await importAs('11')
    expect(await tab(/^Problems/)).toContain(reason)
  })

  it('20: a spec with a byte order mark is read', async () => {
    await goTo('Bench')
    await button('Copy or paste as spec').click()
    const text = readFileSync(join(CASES, '20-bom-spec.json'), 'utf8')
    await dialog().getByLabel('Spec as JSON').fill(text)
    await button('Use this spec').click()
    const alert = dialog().getByRole('alert')
    await alert.waitFor()
    expect(await textOf(alert)).toContain('base')
    expect(await textOf(alert)).not.toContain('This is not JSON')
  })
})

it('no error in the page on the way, no request to another computer', () => {
  expect(window.problems).toEqual([])
})
