import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import type { HttpClient } from '../support/http-client.ts'
import { expectAccessible, openPage, screenshot, settled } from '../support/browser.ts'
import type { RunningHost } from '../support/http-host.ts'
import { testWindow } from '../support/open-workbench.ts'
import { makePhotoFolder } from '../support/photo-folder.ts'

/** Items as points in the plane: what is seen, marked and labelled there. */

const PER_CLASS = 20
const { folder, open } = testWindow('labelling-map')
let page: Page
let browser: Browser
let host: RunningHost
let client: HttpClient
let problems: string[]
let datasetId: string
let items: number

const map = (): Locator => page.getByRole('application', { name: /^Map of/ })
const list = (): Locator => page.getByRole('listbox', { name: /^Points as a list/ })
const status = (): Locator => page.getByRole('toolbar', { name: 'Selected items' }).getByRole('status')

beforeAll(async () => {
  const photos = join(folder, 'photos')
  items = await makePhotoFolder(photos, { perClass: PER_CLASS, side: 120, size: 64, seed: 3 })
  ;({ page, client, problems, browser, host } = await open(join(folder, 'workspace')))
  datasetId = await client.importDataset(photos, { name: 'photos', storage: 'reference' })
  await page.goto(`${page.url().split('#')[0]}#/data/${datasetId}`)
  await page.getByRole('tab', { name: 'Map' }).click()
})

/** Drags over the whole map. */
async function drag(modifier: 'Shift' | 'Alt', far = 0.98): Promise<void> {
  const box = (await map().boundingBox())!
  const at = (x: number, y: number): Promise<void> =>
    page.mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 4 })
  await page.keyboard.down(modifier)
  await at(0.02, 0.02)
  await page.mouse.down()
  await at(far, 0.02)
  await at(far, 0.98)
  if (modifier === 'Shift') await at(0.02, 0.98)
  await page.mouse.up()
  await page.keyboard.up(modifier)
}

describe('the map', () => {
  it('says what it needs, prepares it, and shows every item', async () => {
    await page.getByText('What is alike lies together').waitFor()
    await expectAccessible(page, 'the map before its features')
    await screenshot(page, 'map-without-features')
    await page.getByRole('button', { name: 'Prepare the features' }).click()
    await map().waitFor({ timeout: 120_000 })
    await expect.poll(() => map().getAttribute('aria-label')).toBe(`Map of photos: ${items} points`)
    await expect.poll(() => page.getByRole('button', { name: 'Cancel' }).count(), { timeout: 60_000 }).toBe(0)
    expect(await page.getByRole('list', { name: 'Colours of the points' }).getByRole('button').count()).toBe(
      items / PER_CLASS,
    )
    await settled(page)
    await expectAccessible(page, 'the map')
    await screenshot(page, 'map')
  })

  it('draws its points, each class in the colour of its legend', async () => {
    const picture = await map().screenshot()
    const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    const seen = new Map<string, number>()
    for (let at = 0; at < data.length; at += info.channels) {
      const colour = data.subarray(at, at + 3).toString('hex')
      seen.set(colour, (seen.get(colour) ?? 0) + 1)
    }
    for (let k = 0; k < items / PER_CLASS; k++) {
      const token = await page.evaluate<string>(
        `getComputedStyle(document.documentElement).getPropertyValue('--series-${k}').trim().slice(1)`,
      )
      expect(seen.get(token) ?? 0, `pixels of class ${k}`).toBeGreaterThan(PER_CLASS)
    }
  })

  it('walks by arrows, marks by Space, and the list follows', async () => {
    await map().focus()
    await page.keyboard.press('Home')
    await expect.poll(() => list().getAttribute('aria-activedescendant')).toBe('point-1')
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => list().getAttribute('aria-activedescendant')).not.toBe('point-1')
    await page.keyboard.press('Space')
    await expect.poll(() => status().textContent()).toContain('1 selected')
    const option = await list().getAttribute('aria-activedescendant')
    expect(await page.locator(`#${option}`).getAttribute('aria-selected')).toBe('true')
    await page.keyboard.press('Escape')
    await expect.poll(() => status().count()).toBe(0)
    await list().focus()
    await page.keyboard.press('End')
    await page.keyboard.press('Space')
    expect(await page.locator(`#point-${items}`).getAttribute('aria-selected')).toBe('true')
    await page.keyboard.press('Escape')
  })

  it('shows a picture under the pointer', async () => {
    await list().focus()
    await page.keyboard.press('Home')
    const cursor = (await map().locator('.cursor').boundingBox())!
    await page.mouse.move(cursor.x + cursor.width / 2, cursor.y + cursor.height / 2)
    await page.locator('.card img').waitFor()
    await screenshot(page, 'map-hover')
    await page.mouse.move(4, 4)
    await page.locator('.card').waitFor({ state: 'detached' })
  })

  it('marks by lasso and box what the grid then shows as marked', async () => {
    await drag('Shift')
    await expect.poll(() => status().textContent()).toContain(`${items} selected`)
    await screenshot(page, 'map-lasso')
    await page.keyboard.press('Escape')
    await drag('Alt', 0.5)
    await status().waitFor()
    const marked = Number.parseInt((await status().textContent()) ?? '', 10)
    expect(marked).toBeGreaterThan(0)
    expect(marked).toBeLessThan(items)
    await page.keyboard.press('o')
    const grid = page.getByRole('listbox', { name: `Images of photos: ${marked}` })
    await grid.waitFor()
    await expect.poll(() => status().textContent()).toContain(`${marked} selected`)
    await page.getByRole('tab', { name: 'Map' }).click()
    await page.getByText(/not in the grid's list now/).waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await expect.poll(() => page.getByText(/not in the grid's list now/).count()).toBe(0)
    await page.keyboard.press('Escape')
  })

  it('labels what is marked by the keys of the grid, and colours follow without new places', async () => {
    const legend = page.getByRole('list', { name: 'Colours of the points' })
    await map().focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('Space')
    await page.keyboard.press('2')
    await expect.poll(() => legend.getByRole('button').nth(1).textContent()).toContain(String(PER_CLASS + 1))
    expect(await status().textContent()).toContain('1 selected')
    await page.keyboard.press('Delete')
    await expect.poll(() => legend.textContent()).toContain('No label')
    await page.keyboard.press('z')
    await page.keyboard.press('z')
    await expect.poll(() => legend.getByRole('button').nth(1).textContent()).toContain(String(PER_CLASS))
    await page.keyboard.press('Escape')
  })

  it('puts groups away, and colours by split and by suggestion', async () => {
    const legend = page.getByRole('list', { name: 'Colours of the points' })
    await legend.getByRole('button').first().click()
    await expect.poll(() => list().getAttribute('aria-label')).toBe(`Points as a list: ${items - PER_CLASS}`)
    await legend.getByRole('button').first().click()
    await page.getByLabel('Colour by').selectOption({ label: 'Split' })
    await legend.getByRole('button', { name: /^Validation/ }).waitFor()
    await page.getByLabel('Colour by').selectOption({ label: 'Suggestion' })
    await expect.poll(() => legend.getByRole('button', { name: /^Validation/ }).count()).toBe(0)
    await expectAccessible(page, 'the map by suggestion')
    await page.getByLabel('Colour by').selectOption({ label: 'Label' })
  })

  it('finds in the grid what is like the marked', async () => {
    // An undo has marked where it acted.
    await page.keyboard.press('Escape')
    await list().focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('Space')
    await page.keyboard.press('s')
    const images = page.getByRole('tab', { name: /^Images/ })
    await expect.poll(() => images.getAttribute('aria-selected')).toBe('true')
    await page.getByRole('listbox', { name: /^Images of photos/ }).waitFor()
    await screenshot(page, 'map-similar')
    await page.getByRole('tab', { name: 'Map' }).click()
    await map().waitFor()
  })

  it('says so where there is no WebGL, and lists the same points', async () => {
    const other = await openPage(browser, host.address)
    await other.page.addInitScript('HTMLCanvasElement.prototype.getContext = () => null')
    await other.page.reload()
    await other.page.evaluate(`location.hash = '/data/${datasetId}'`)
    await other.page.getByRole('tab', { name: 'Map' }).click()
    await other.page.getByText('this window has no WebGL 2').waitFor()
    const twin = other.page.getByRole('listbox', { name: `Points as a list: ${items}` })
    await twin.focus()
    await other.page.keyboard.press('End')
    await other.page.keyboard.press('Space')
    expect(await other.page.locator(`#point-${items}`).getAttribute('aria-selected')).toBe('true')
    await screenshot(other.page, 'map-without-webgl')
    expect(other.problems).toEqual([])
    await other.page.context().close()
  })

  it('is kept: from another tab it comes back at once, and in the dark', async () => {
    await page.getByRole('tab', { name: 'Versions' }).click()
    await page.getByRole('tab', { name: 'Map' }).click()
    await map().waitFor()
    const { wasKept } = await client.call('labelling.map', { datasetId, method: 'umap' })
    expect(wasKept).toBe(true)
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.setViewportSize({ width: 1920, height: 1080 })
    await settled(page)
    await expectAccessible(page, 'the map in the dark')
    await screenshot(page, 'map-dark')
    expect(problems).toEqual([])
  })
})
