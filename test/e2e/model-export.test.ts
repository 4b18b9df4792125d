import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, openScreen, screenshot, settled } from '../support/browser.ts'
import type { HttpClient } from '../support/http-client.ts'
import { testWindow } from '../support/open-workbench.ts'
import { makePhotoFolder } from '../support/photo-folder.ts'

/** A model out of the window with options, and its card, by keys alone. */

const { folder, open } = testWindow('model-export')
let client: HttpClient
let page: Page
let problems: string[]
let runId = ''

beforeAll(async () => {
  await makePhotoFolder(join(folder, 'photos'), { perClass: 10, side: 64, size: 32, seed: 1 })
  const window = await open(join(folder, 'workspace'))
  ;({ client, page, problems } = window)
  await client.importDataset(join(folder, 'photos'), { name: 'photos' })
})

const radio = (name: RegExp) => page.getByRole('radio', { name })
const chosen = () => page.getByLabel('Input', { exact: true }).locator('option:checked').textContent()
const button = (name: string) => page.getByRole('button', { name, exact: true })

async function pictures(of: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await of.emulateMedia({ colorScheme })
    await expectAccessible(of, `${name}, ${colorScheme}`)
    for (const [width, height] of [
      [1920, 1080],
      [1280, 800],
    ] as const) {
      // prettier-ignore
      await of.setViewportSize({ width, height })
      await screenshot(of, `${name}-${colorScheme}-${width}`)
    }
  }
  await of.emulateMedia({ colorScheme: 'light' })
}

it('is trained first', async () => {
  const base = { architecture: 'lenet', inputSize: 16 }
  const spec = { name: 'Bricks', dataset: 'photos', base, strategy: { type: 'fine-tuning' }, epochs: 3 }
  ;({ runId } = await client.call('runs.start', { spec }))
  const status = async () => (await client.call('runs.get', { runId })).status
  await expect.poll(status, { timeout: 60_000 }).toBe('finished')
})

describe('a trained model', () => {
  it('has the options of the chosen format, and keeps them while another one is looked at', async () => {
    await openScreen(page, 'Models')
    await page.getByRole('link', { name: /^Bricks/ }).press('Enter')
    await page.getByRole('tab', { name: /^Export/ }).press('Enter')
    await radio(/^TensorFlow.js/).focus()
    await page.getByLabel('Input', { exact: true }).selectOption({ label: 'pixels' })
    await radio(/^TensorFlow.js/).press('ArrowDown')
    await expect.poll(() => radio(/^Keras/).isChecked()).toBe(true)
    expect(await chosen()).toBe('prepared numbers')
    await radio(/^Keras/).press('ArrowUp')
    expect(await chosen()).toBe('pixels')
  })

  it('is exported with them by keys, and says so', async () => {
    await page.getByLabel('Intended use', { exact: true }).fill('To tell bricks from grass.\nNot for <b>people</b>.')
    await button('Export').press('Enter')
    await page.getByRole('region', { name: 'Exports' }).getByText('Input: pixels').waitFor()
    await settled(page)
    await pictures(page, 'model-exported')
    const [record] = await client.call('models.exports', { runId })
    expect([record?.options, record?.proof.sameTop1]).toEqual([{ input: 'uint8' }, 1])
  })

  it('has a card that opens in a tab of its own', async () => {
    const isCard = (url: string) => /^\/media\/card\/\w+$/.test(new URL(url).pathname)
    const answered = page.context().waitForEvent('response', { predicate: (one) => isCard(one.url()), timeout: 20_000 })
    const opening = page.context().waitForEvent('page', { timeout: 20_000 })
    await button('Open card').press('Enter')
    const [card, response] = await Promise.all([opening, answered])
    expect([response.status(), response.headers()['content-security-policy']]).toEqual([
      200,
      expect.stringMatching(/sandbox$/),
    ])
    await card.close()
  })

  it('has a card that is one file, and loads nothing', async () => {
    const [record] = await client.call('models.exports', { runId })
    const file = join(record?.folder ?? '', 'model-card.html')
    const card = await page.context().newPage()
    const requests: string[] = []
    card.on('request', (request) => requests.push(request.url()))
    await card.goto(pathToFileURL(file).href)
    await card.getByRole('heading', { name: 'Bricks', level: 1 }).waitFor({ timeout: 10_000 })
    await card.getByText('Not for <b>people</b>.').waitFor({ timeout: 10_000 })
    await card.getByRole('heading', { name: 'Confusion matrix' }).waitFor({ timeout: 10_000 })
    expect(await card.locator('figure polyline').count()).toBeGreaterThan(1)
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([pathToFileURL(file).href])
    expect(readFileSync(file, 'utf8')).not.toMatch(/<script|https?:|<link|@import|url\(/i)
    await pictures(card, 'model-card')
    await card.close()
    expect(problems).toEqual([])
  })
})

describe('a study', () => {
  const study = {
    name: 'Bricks, who wins',
    kind: 'tournament' as const,
    base: {
      dataset: 'photos',
      base: { architecture: 'lenet', inputSize: 16 },
      strategy: { type: 'fine-tuning' },
    },
    arms: [{ label: 'Adam' }, { label: 'SGD', patch: { optimizer: { type: 'sgd', learningRate: 0.01 } } }],
    baselines: ['majority' as const],
    seeds: [1],
    budget: { kind: 'epochs' as const, epochs: 1 },
  }

  it('is taken away as one file by keys, and its report opens', async () => {
    const { studyId } = await client.call('studies.start', { study })
    const status = async () => (await client.call('studies.get', { studyId })).status
    await expect.poll(status, { timeout: 60_000 }).toBe('finished')
    await page.evaluate(`location.hash = '#/compare/studies/${studyId}'`)
    await button('Take away').press('Enter')
    await button('Write report').press('Enter')
    await page.getByText('The report is written.').waitFor()
    await screenshot(page, 'report-dialog')
    const answered = page.context().waitForEvent('response', { predicate: (one) => one.url().includes('/media/report/'), timeout: 20_000 }) // prettier-ignore
    const opening = page.context().waitForEvent('page', { timeout: 20_000 })
    await button('Open report').press('Enter')
    const [tab, response] = await Promise.all([opening, answered])
    expect(response.status()).toBe(200)
    await tab.close()
    await page.keyboard.press('Escape')
  })

  it('has a report that tells what the study found, and loads nothing', async () => {
    const file = join(folder, 'workspace', 'exports', 'bricks-who-wins-report.html')
    const report = await page.context().newPage()
    await report.goto(pathToFileURL(file).href)
    await report.getByRole('heading', { name: 'Ranking' }).waitFor({ timeout: 10_000 })
    expect(await report.locator('figure svg g > circle.dot').count()).toBe(2)
    expect(readFileSync(file, 'utf8')).not.toMatch(/<script|https?:|<link|@import|url\(/i)
    await pictures(report, 'study-report')
    await report.close()
  })

  it('and so are runs that are selected', async () => {
    await openScreen(page, 'Compare')
    await page.locator('[data-run][tabindex="0"]').press('Shift+ArrowDown')
    await page.getByText('2 selected', { exact: true }).waitFor()
    await button('Take the selected runs away').press('Enter')
    await page.getByRole('heading', { name: 'Take 2 runs away' }).waitFor()
    await button('Write report').press('Enter')
    await page.getByText('The report is written.').waitFor()
    expect(problems).toEqual([])
  })
})
