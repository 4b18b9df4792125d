import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, openPage, openScreen, screenshot } from '../support/browser.ts'
import { type OpenWorkbench, testWindow } from '../support/open-workbench.ts'

/** A tournament on the digits sample, from the first click to the ranking, by clicks alone. Each step uses what the one before left. */

const { open } = testWindow('tournament')
let window: OpenWorkbench
let page: Page

beforeAll(async () => {
  window = await open()
  ;({ page } = window)
})

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' })
const dialog = () => page.getByRole('dialog')
const goTo = (screen: string) => openScreen(page, screen)

describe('a tournament by clicks', () => {
  it('begins with a network that knows something', async () => {
    await button(/Handwritten digits/).click()
    await page.getByRole('heading', { name: 'digits', level: 1 }).waitFor()
    await button('Train on this dataset').click()
    await page.getByRole('spinbutton', { name: 'Epochs' }).fill('1')
    await button('Train').first().click()
    await page.getByRole('list', { name: 'Facts' }).getByText('Finished').waitFor({ timeout: 180_000 })
    await goTo('Bench')
    await button(/LeNet/).first().click()
    // By key: of a radio button that is scrolled into view only a corner is, and a click there meets the dialog's edge.
    await dialog()
      .getByRole('radio', { name: /trained here/ })
      .press('Space')
    await dialog().getByRole('button', { name: 'Use digits, first try' }).click()
    // Everything that it knows is frozen at first.
    await page
      .getByText(/858 k params: *2\.57 k trainable/)
      .first()
      .waitFor()
  })

  it('is set up from the bench: strategies ticked, seeds, one budget', async () => {
    await button(/^Study/).click()
    await dialog()
      .getByText(/^\d+ runs/)
      .waitFor()
    await dialog().getByRole('checkbox', { name: 'Fine-tune the last blocks' }).uncheck()
    await dialog().getByRole('checkbox', { name: 'Fine-tune everything' }).check()
    await dialog().getByRole('textbox', { name: 'Seeds' }).fill('1-2')
    await dialog().getByRole('spinbutton', { name: 'Epochs a run' }).fill('1')
    await dialog().getByRole('spinbutton', { name: 'Epochs a run' }).press('Tab')
    await dialog().getByRole('textbox', { name: 'Name' }).fill('digits, who wins')
    // Two arms and fresh weights as their baseline, with two seeds each.
    await dialog()
      .getByText(/^6 runs/)
      .waitFor()
    const preview = dialog().getByRole('region', { name: 'What will run' })
    await expect.poll(() => preview.getByRole('row').count()).toBe(4)
    await expect.poll(() => preview.textContent()).toMatch(/From scratch.*baseline, added/)
    await screenshot(page, 'study-dialog')
    await expectAccessible(page, 'the study dialog')
    await dialog().getByRole('button', { name: 'Start 6 runs' }).click()
  })

  it('shows its progress while it trains', async () => {
    await page.getByRole('heading', { name: 'digits, who wins', level: 1 }).waitFor()
    await page.getByRole('progressbar', { name: 'Progress of the study' }).waitFor()
    await screenshot(page, 'study-running')
  })

  it('ends as a ranking with intervals, a test and words', async () => {
    await page.getByRole('list', { name: 'Facts' }).getByText('Finished').waitFor({ timeout: 240_000 })
    const ranking = page.getByRole('region', { name: 'Ranking' })
    await expect.poll(() => ranking.getByText('2 seeds').count(), { timeout: 10_000 }).toBe(3)
    const rows = await ranking.getByRole('row').allTextContents()
    // A head, three arms, the majority class.
    expect(rows).toHaveLength(5)
    expect(rows.slice(1, 4).every((row) => /\d+\.\d %.*± \d+\.\d/.test(row))).toBe(true)
    expect(rows.slice(2, 4).every((row) => /[−+]\d+\.\d ± \d+\.\d points\s*p [.<1]/.test(row))).toBe(true)
    expect(rows[4]).toMatch(/10\.0 %.*most common class/)
    const verdict = await page.getByRole('region', { name: 'Verdict' }).textContent()
    expect(verdict).toMatch(/(beats|leads) .* by \d+\.\d ± \d+\.\d points over 2 seeds/)
    await expect.poll(() => page.getByRole('region', { name: 'Runs of the study' }).getByRole('link').count()).toBe(6)
    await screenshot(page, 'study-finished')
    await expectAccessible(page, 'a finished study')
  })

  it('puts an arm on the bench again', async () => {
    const row = page.getByRole('region', { name: 'Ranking' }).getByRole('row', { name: /From scratch/ })
    await row.getByRole('button', { name: 'Adopt' }).click()
    await page.getByRole('application', { name: /Layer graph/ }).waitFor()
    await expect.poll(() => page.getByLabel('Name of the experiment').inputValue()).toBe('From scratch')
  })

  it('is found again under Compare, by keyboard, and in the dark', async () => {
    const other = await openPage(window.browser, window.host.address, { theme: 'dark', width: 1920, height: 1080 })
    await other.page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Compare' }).click()
    await other.page
      .getByRole('navigation', { name: 'Compare' })
      .getByRole('link', { name: /Studies/ })
      .press('Enter')
    await other.page.getByRole('region', { name: 'Ranking' }).waitFor()
    await screenshot(other.page, 'study-dark')
    await expectAccessible(other.page, 'a study, dark')
    await other.page.keyboard.press('n')
    await other.page.getByRole('dialog', { name: 'New study' }).waitFor()
    expect(other.problems).toEqual([])
    await other.page.context().close()
  })

  it('searches settings by clicks: ranges, a choice added, drawn by a seed', async () => {
    await goTo('Bench')
    await button(/^Study/).click()
    await dialog().getByRole('radio', { name: 'Search' }).press('Space')
    const rate = dialog().getByRole('group', { name: 'Learning rate' })
    await rate.getByRole('spinbutton', { name: 'Learning rate, from' }).fill('0.2')
    await rate.getByRole('spinbutton', { name: 'Learning rate, from' }).press('Tab')
    // More than its upper end.
    await dialog()
      .getByText(/to be less than its `to`/)
      .waitFor()
    await rate.getByRole('spinbutton', { name: 'Learning rate, from' }).fill('0.0003')
    await rate.getByRole('spinbutton', { name: 'Learning rate, from' }).press('Tab')
    await dialog().getByRole('button', { name: 'Vary another setting' }).click()
    // A long menu is no higher than the room above what opened it.
    expect((await page.getByRole('menu').boundingBox())?.y).toBeGreaterThanOrEqual(0)
    await page.getByRole('menuitem', { name: 'Training: Batch size' }).click()
    await dialog().getByRole('textbox', { name: 'Batch size, values' }).fill('64, 128')
    await dialog().getByRole('spinbutton', { name: 'How many' }).fill('7')
    await dialog().getByRole('spinbutton', { name: 'How many' }).press('Tab')
    await dialog().getByRole('spinbutton', { name: 'Epochs a run' }).fill('1')
    await dialog().getByRole('spinbutton', { name: 'Epochs a run' }).press('Tab')
    await dialog().getByRole('textbox', { name: 'Name' }).fill('digits, which rate')
    await dialog()
      .getByText(/^7 runs/)
      .waitFor()
    // The plan is asked for again after each change.
    await expect.poll(() => button('Start 7 runs').isEnabled()).toBe(true)
    await screenshot(page, 'search-dialog')
    await expectAccessible(page, 'the dialog of a search')
    await dialog().getByRole('button', { name: 'Start 7 runs' }).click()
  })

  it('and shows what was chosen, on what, what matters, and how the measure answers', async () => {
    await page.getByRole('heading', { name: 'digits, which rate', level: 1 }).waitFor()
    await page.getByRole('list', { name: 'Facts' }).getByText('Finished').waitFor({ timeout: 240_000 })
    const verdict = page.getByRole('region', { name: 'Verdict' })
    await expect
      .poll(() => verdict.textContent(), { timeout: 10_000 })
      .toMatch(/Chosen on the validation split; on the test split, which chose nothing, it gives \d+\.\d %/)
    expect(await verdict.textContent()).toMatch(/\d+ % of the differences come from (learning rate|batch size) alone/)
    await page.getByRole('list', { name: 'Share of the variance' }).getByText('Learning rate').waitFor()
    await expect.poll(() => page.getByText(/^Spent: 7 trainings in/).count()).toBe(1)
    const answers = page.getByRole('button', { name: /^learning rate .*, batch size (64|128): .* Click to adopt/i })
    // A point of each combination in each of the two plots.
    await expect.poll(() => answers.count()).toBe(14)
    await screenshot(page, 'search-finished')
    await expectAccessible(page, 'a finished search')
    await answers.last().scrollIntoViewIfNeeded()
    await screenshot(page, 'search-charts')
    await answers.first().click()
    await page.getByRole('application', { name: /Layer graph/ }).waitFor()
    await expect
      .poll(() => page.getByLabel('Name of the experiment').inputValue())
      .toMatch(/^Learning rate .*, batch size/)
  })

  it('and nothing went wrong in the page', () => {
    expect(window.problems).toEqual([])
  })
})
