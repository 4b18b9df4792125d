import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { dropFile, expectAccessible, screenshot } from '../support/browser.ts'
import { type OpenWorkbench, testWindow } from '../support/open-workbench.ts'
import { makeUnlabelledPhotos } from '../support/unlabelled-photos.ts'

/** From a folder of pictures without labels to a set that has them all, by keys alone, with a model that learns meanwhile. Each step uses
 *  what the one before left. */

const CLASSES = ['brick', 'chelsea', 'rocket'] as const
const PER_CLASS = 100
const ALL = CLASSES.length * PER_CLASS

const { folder, open } = testWindow('suggestions')
let window: OpenWorkbench
let page: Page
let datasetId: string
let shows: Map<string, string>
let keys = 0
let began = 0
/** Given one by one, or looked through and accepted. */
let labelled = 0

beforeAll(async () => {
  const pictures = join(folder, 'pictures')
  shows = await makeUnlabelledPhotos(pictures, { classes: CLASSES, perClass: PER_CLASS, seed: 3 })
  window = await open(join(folder, 'workspace'))
  ;({ page } = window)
  datasetId = await window.client.importDataset(pictures, { name: 'pictures' })
  for (const name of CLASSES) await window.client.call('datasets.addClass', { datasetId, column: 'label', name })
  await page.getByRole('link', { name: 'Data' }).click()
  await page.getByRole('heading', { name: 'pictures', level: 1 }).waitFor()
})

const strip = () => page.getByRole('region', { name: 'Suggestions' })
const grid = () => page.getByRole('listbox', { name: /^Images of/ })
const unlabelled = async (): Promise<number> =>
  (await window.client.call('datasets.itemIds', { datasetId, filter: { column: 'label', label: null } })).length

async function press(key: string): Promise<void> {
  keys++
  await page.keyboard.press(key)
}

/** Tab until the focus stands on what is asked for. */
async function tabTo(name: RegExp): Promise<void> {
  for (let i = 0; i < 80; i++) {
    const now = await page.evaluate<string>(
      `(document.activeElement?.ariaLabel ?? document.activeElement?.textContent ?? '').trim()`,
    )
    if (name.test(now)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never reached ${name}`)
}

/** What the tile under the cursor is, says and has: its accessible name. */
async function underCursor(): Promise<string> {
  const id = await grid().getAttribute('aria-activedescendant')
  if (id === null) return ''
  return (await page.locator(`[id="${id}"]`).getAttribute('aria-label')) ?? ''
}

/** Looks, and presses: what is suggested if it is right, else the key of what the picture shows. */
async function judge(): Promise<void> {
  const tile = await underCursor()
  const truth = shows.get(tile.split(',')[0] ?? '') ?? ''
  await press(tile.includes(`suggested ${truth}`) ? 'a' : String(CLASSES.findIndex((name) => name === truth) + 1))
  labelled++
}

describe('suggestions by keys alone', () => {
  it('prepares features, pauses and goes on', async () => {
    await tabTo(/^Suggest labels$/)
    await page.keyboard.press('Enter')
    await strip().getByRole('button', { name: 'Start', exact: true }).waitFor()
    await expectAccessible(page, 'the question for a base')
    await tabTo(/^Start$/)
    await page.keyboard.press('Enter')
    await strip()
      .getByText(new RegExp(String.raw`\d+ of ${ALL} images`))
      .waitFor({ timeout: 120_000 })
    await screenshot(page, 'suggestions-preparing')
    await expectAccessible(page, 'preparing')
    await tabTo(/^Pause$/)
    await page.keyboard.press('Enter')
    await strip()
      .getByText(/^Paused/)
      .waitFor()
    await screenshot(page, 'suggestions-paused')
    await tabTo(/^Continue$/)
    await page.keyboard.press('Enter')
    await strip().getByText('there is no label yet').waitFor({ timeout: 240_000 })
    await expectAccessible(page, 'features without labels')
    expect(await unlabelled()).toBe(ALL)
  })

  it('suggests from the second class on, and never by itself', async () => {
    await tabTo(/^Images of/)
    await page.keyboard.press('Home')
    began = performance.now()
    for (let i = 0; i < 6; i++) await judge()
    await strip()
      .getByText(/^[23] classes · \d labels · fitted in/)
      .waitFor()
    await page
      .getByRole('option', { name: /no label, suggested \w+, [>\d]/ })
      .first()
      .waitFor()
    await screenshot(page, 'suggestions-on-tiles')
    await expectAccessible(page, 'tiles with suggestions')
    await expect.poll(unlabelled).toBe(ALL - 6)
  })

  it('puts what is uncertain first, and the next batch after it', async () => {
    await press('o')
    await page.getByRole('menu').waitFor()
    await screenshot(page, 'suggestions-orders')
    // A menu is walked by first letters: none of them is taken for a command.
    for (const key of ['u', 'Enter']) await press(key)
    await strip()
      .getByRole('button', { name: /^Order: Uncertain first/ })
      .waitFor()
    await strip()
      .getByText(/^100 items\./)
      .waitFor()
    for (let i = 0; i < 6; i++) await judge()
    await expect.poll(unlabelled).toBe(ALL - 12)
    await press('n')
    // What has a label by now is not in it.
    await strip()
      .getByText(/^100 items\./)
      .waitFor()
    await expect.poll(() => page.getByRole('option', { selected: true }).getAttribute('aria-posinset')).toBe('1')
    await expect.poll(underCursor).toContain('no label')
  })

  it('estimates its accuracy from random items', async () => {
    await press('o')
    await page.getByRole('menuitem', { name: /^At random/ }).waitFor()
    for (const key of ['a', 't', 'Enter']) await press(key)
    await strip().getByText('50 items drawn at random').waitFor()
    for (let i = 0; i < 10; i++) await judge()
    await strip()
      .getByText(/^Estimated accuracy \d+ % \(\d+–\d+ %\), from 10 random items$/)
      .waitFor()
    await screenshot(page, 'suggestions-estimate')
  })

  it('shows and accepts in the single view', async () => {
    await press('Enter')
    const single = page.getByRole('region', { name: 'Single item' })
    await single.getByRole('button', { name: /accepts and goes on/ }).waitFor()
    await screenshot(page, 'suggestions-single')
    await expectAccessible(page, 'the single view with a suggestion')
    const place = await single.getByRole('status').textContent()
    const left = await unlabelled()
    await press('a')
    labelled++
    await expect.poll(() => single.getByRole('status').textContent()).not.toBe(place)
    await expect.poll(unlabelled).toBe(left - 1)
    await press('d')
    await single.getByText(/^The model/).waitFor()
    await press('Escape')
    await grid().waitFor()
  })

  it('finds what is similar, and leads back', async () => {
    await page.keyboard.press('Home')
    const like = (await underCursor()).split(',')[0] ?? ''
    await press('s')
    await strip()
      .getByRole('button', { name: `Similar to ${like}` })
      .waitFor()
    const first = page.getByRole('option', { name: /likeness 0\.\d\d/ }).first()
    await first.waitFor()
    // Pictures of the same thing: cut from one photograph.
    const truth = shows.get(like)
    const nearest = await page
      .getByRole('option')
      .evaluateAll((all) => all.slice(0, 5).map((one) => one.ariaLabel ?? ''))
    expect(nearest.map((name) => shows.get(name.split(',')[0] ?? ''))).toEqual(Array(5).fill(truth))
    await screenshot(page, 'suggestions-similar')
    await expectAccessible(page, 'similar items')
    await press('Escape')
    await press('Escape')
    await strip()
      .getByRole('button', { name: /^Order: At random/ })
      .waitFor()
  })

  it('answers a dropped picture, too', async () => {
    await dropFile(page, join(folder, 'pictures', '000.jpg'))
    const dialog = page.getByRole('dialog', { name: /What shall become of/ })
    await dialog.getByRole('button', { name: 'Find similar' }).click()
    await strip().getByRole('button', { name: 'Similar to 000.jpg' }).waitFor()
    await page.getByRole('option', { name: /^000\.jpg.*likeness 1\.00/ }).waitFor()
    await strip().getByRole('button', { name: 'Similar to 000.jpg' }).click()
  })

  it('has many that are marked looked through first: some were never on screen', async () => {
    const before = await unlabelled()
    await press('Control+a')
    await press('a')
    const dialog = page.getByRole('dialog', { name: /Look through suggestions/ })
    await dialog.getByRole('option').first().waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await unlabelled()).toBe(before)
  })

  it('accepts all that are sure after a look, as one change', async () => {
    const before = await unlabelled()
    const { version } = await window.client.call('datasets.get', { datasetId })
    await press('Shift+A')
    const dialog = page.getByRole('dialog', { name: /Look through suggestions/ })
    await dialog.getByRole('option').first().waitFor()
    await dialog.getByText(/of the test split left out/).waitFor()
    await screenshot(page, 'suggestions-review')
    await expectAccessible(page, 'the review of suggestions')
    const shown = await dialog.getByRole('listbox').getAttribute('aria-label')
    const count = Number(/\d+$/.exec(shown ?? '')?.[0])
    // The most doubtful one stands first, and stays out.
    const out = (await dialog.getByRole('option').first().getAttribute('aria-label'))?.split(',')[0] ?? ''
    await press('Space')
    await dialog.getByText(`${count - 1} of ${count} ticked`).waitFor()
    // The look: a head that has seen few of a kind of brick may be sure, and wrong, of all of that kind.
    let ticked = count - 1
    for (let i = 1; i < count; i++) {
      await page.keyboard.press('ArrowRight')
      const tile = dialog.locator(`[role="option"][aria-posinset="${i + 1}"]`)
      const said = (await tile.getAttribute('aria-label')) ?? ''
      if (said.includes(shows.get(said.split(',')[0] ?? '') ?? '')) continue
      await press('Space')
      await dialog.getByText(`${--ticked} of ${count} ticked`).waitFor()
    }
    await press('Control+Enter')
    await page.getByText(`${ticked} suggestions accepted.`).waitFor()
    labelled += ticked
    expect(await unlabelled()).toBe(before - ticked)
    const after = await window.client.call('datasets.get', { datasetId })
    expect(after.version).toBe(version + 1)
    const { items } = await window.client.call('datasets.items', {
      datasetId,
      filter: { search: out },
      offset: 0,
      limit: 1,
    })
    expect(items[0]?.labels['label'] ?? null).toBeNull()
    // What no one looked at in the test split has no label.
    const test = await window.client.call('datasets.items', {
      datasetId,
      filter: { split: 'test', column: 'label', label: null },
      offset: 0,
      limit: 100,
    })
    expect(test.total).toBeGreaterThan(0)

    await press('z')
    await expect.poll(unlabelled).toBe(before)
    await press('Shift+Z')
    await expect.poll(unlabelled).toBe(before - ticked)
  })

  it('ends with a label on every item, most of them right', async () => {
    await press('o')
    await page.getByRole('menuitem', { name: /^Uncertain first/ }).waitFor()
    for (const key of ['u', 'n', 'Enter']) await press(key)
    await strip()
      .getByRole('button', { name: /^Order: Uncertain first/ })
      .waitFor()
    for (let left = await unlabelled(); left > 0; left = await unlabelled()) {
      await expect.poll(underCursor).not.toBe('')
      // The end of a batch.
      if (!(await underCursor()).includes('no label')) await press('n')
      await expect.poll(underCursor).toContain('no label')
      await judge()
      await expect.poll(unlabelled).toBe(left - 1)
    }
    const { items } = await window.client.call('datasets.items', { datasetId, offset: 0, limit: ALL })
    const right = items.filter((item) => item.labels['label'] === shows.get(item.name)).length
    const seconds = ((performance.now() - began) / 1000 / ALL).toFixed(2)
    console.log(
      `${ALL} labels, ${labelled} of them judged or looked through, with ${keys} keys in all, ${seconds} s a label with all that is tried on the way: ${right} are right`,
    )
    expect(items.every((item) => item.labels['label'] !== null)).toBe(true)
    expect(right / ALL).toBeGreaterThan(0.97)
    expect(keys).toBeLessThan(ALL)
  })

  it('tells whether its confidence can be believed', async () => {
    await tabTo(/^Reliability/)
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Can the confidence be believed?' })
    await dialog.getByRole('region', { name: 'The bins as a table' }).getByRole('row').nth(1).waitFor()
    await dialog.getByText('Temperature', { exact: false }).first().waitFor()
    await screenshot(page, 'suggestions-reliability')
    await expectAccessible(page, 'the reliability curve')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(window.problems).toEqual([])
  })
})
