import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, openPage, openScreen, screenshot, settled, type WatchedPage } from '../support/browser.ts'
import type { HttpClient } from '../support/http-client.ts'
import type { RunningHost } from '../support/http-host.ts'
import { type OpenWorkbench, testWindow } from '../support/open-workbench.ts'

/** Imports and trainings that really fail: their processes are killed, their files cannot be used. Each step uses what the one
 *  before left. */

const SCREENS = ['Data', 'Bench', 'Runs', 'Compare', 'Models']

const { folder, open } = testWindow('failures')
let window: OpenWorkbench
let host: RunningHost
let client: HttpClient
let page: Page

beforeAll(async () => {
  window = await open()
  ;({ host, client, page } = window)
})

const alert = (): Locator => page.getByRole('alert')
const bar = (): Locator => page.getByRole('region', { name: 'What failed' })
const button = (name: string | RegExp): Locator => page.getByRole('button', { name })
const goTo = (screen: string) => openScreen(page, screen)
const goToStart = () => page.getByRole('navigation', { name: 'Screens' }).getByRole('link').first().click()

/** The processes that the host has started and that still live. */
function children(): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' }).split('\n')
  return lines.flatMap((line) => {
    const [, pid, parent, state, args] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    const isTrainer =
      Number(parent) === host.process.pid && state?.startsWith('Z') === false && args?.includes('trainer')
    return isTrainer ? [Number(pid)] : []
  })
}

/** Kills the next process that the host starts, as the system does when the memory runs out. */
async function killNext(): Promise<void> {
  await expect.poll(children, { interval: 10, timeout: 20_000 }).not.toEqual([])
  for (const pid of children()) process.kill(pid, 'SIGKILL')
  await expect.poll(children, { interval: 20 }).toEqual([])
}

/** Files that are called images and are none; their names make a long reason. */
async function importGarbage(name: string): Promise<void> {
  const source = join(folder, name)
  mkdirSync(source)
  for (const letter of ['a', 'b', 'c']) writeFileSync(join(source, `${letter.repeat(200)}.jpg`), 'no picture')
  const { jobId } = await client.call('datasets.import', { source, options: { name } })
  await expect.poll(async () => (await client.call('jobs.get', { jobId })).status).toBe('failed')
}

/** The bar takes its own room: what is below it begins where it ends. */
async function expectNothingCovered(): Promise<void> {
  const above = await bar().boundingBox()
  const view = await page.locator('main > .view').boundingBox()
  expect(above === null || view === null ? null : Math.round(view.y - above.y - above.height)).toBe(0)
  expect((view?.y ?? 0) + (view?.height ?? 0)).toBeLessThanOrEqual(page.viewportSize()?.height ?? 0)
}

describe('a sample whose import is killed', () => {
  it('says so on the screen where it was chosen, with the reason and what to do', async () => {
    const killed = killNext()
    await button(/Handwritten digits/).click()
    await killed
    await alert().getByText('Import digits failed').waitFor()
    await expect.poll(() => alert().textContent()).toMatch(/SIGKILL.*Try again/)
    await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toContain('Reuse a trained network')
    // It is said once.
    await expect.poll(() => page.getByText('SIGKILL').count()).toBe(1)
    await expectNothingCovered()
    await screenshot(page, 'failure-start')
    await expectAccessible(page, 'the start screen with a failure')
  })

  it('stays on every screen, and through a reload', async () => {
    for (const screen of SCREENS) {
      await goTo(screen)
      await alert().getByText('Import digits failed').waitFor()
      await expectNothingCovered()
    }
    await page.reload()
    await alert().getByText('Import digits failed').waitFor()
    await goToStart()
    await alert().getByText('Import digits failed').waitFor()
  })

  it('is tried again with a click', async () => {
    await button('Try again: Import digits').click()
    await page.getByRole('status').getByText('Import digits: done').waitFor()
    await expect.poll(() => alert().count()).toBe(0)
    await button('Show').click()
    await page.getByRole('heading', { name: 'digits', level: 1 }).waitFor()
  })
})

describe('several failures', () => {
  it('stand behind the newest one; a long reason is cut and can be read whole', async () => {
    await importGarbage('first')
    await importGarbage('second')
    await importGarbage('third')
    await alert().getByText('Import third failed').waitFor()
    await expect.poll(() => alert().count()).toBe(1)
    await button('and 2 more').waitFor()
    const reason = alert().getByText(/a{200}/)
    const height = async (): Promise<number> => (await reason.locator('..').boundingBox())?.height ?? 0
    const cut = await height()
    expect(cut).toBeLessThan(40)
    await button('Read all: Import third failed').click()
    await expect.poll(height).toBeGreaterThan(cut + 20)
    await alert().getByText('E_SOURCE_EMPTY').waitFor()
    await expectNothingCovered()
    await screenshot(page, 'failure-long')
    await button('Show less: Import third failed').click()
  })

  it('unfold, newest first', async () => {
    await button('and 2 more').click()
    const said = await bar().locator('b').allTextContents()
    expect(said).toEqual(['Import third failed', 'Import second failed', 'Import first failed'])
    await expectNothingCovered()
    await screenshot(page, 'failure-list')
    await expectAccessible(page, 'a list of failures')
  })

  it('are reached and dismissed by keyboard, and do not come back', async () => {
    await page.keyboard.press('g')
    await page.keyboard.press('f')
    const focused = page.locator('*:focus')
    await expect.poll(() => focused.getAttribute('aria-label')).toBe('Dismiss: Import third failed')
    await page.keyboard.press('Escape')
    await alert().getByText('Import second failed').waitFor()
    await expect.poll(() => focused.getAttribute('aria-label')).toBe('Dismiss: Import second failed')
    await page.keyboard.press('Enter')
    await alert().getByText('Import first failed').waitFor()
    await page.reload()
    await alert().getByText('Import first failed').waitFor()
    await expect.poll(() => page.getByText(/Import (second|third) failed/).count()).toBe(0)
    await button('Dismiss: Import first failed').click()
    await expect.poll(() => alert().count()).toBe(0)
    await page.reload()
    await page.getByRole('heading', { name: 'digits', level: 1 }).waitFor()
    expect((await client.call('failures.list', {})).total).toBe(0)
    await expect.poll(() => bar().count()).toBe(0)
  })
})

describe('a training whose process is killed', () => {
  let runId: string

  it('says so wherever the user is, and goes on from there', async () => {
    const spec = { dataset: 'digits', base: { architecture: 'lenet' }, strategy: { type: 'fine-tuning' }, epochs: 2 }
    runId = (await client.call('runs.start', { spec: { ...spec, name: 'digits, killed' } })).runId
    await killNext()
    await alert().getByText('Training “digits, killed” was interrupted').waitFor()
    await expect.poll(() => alert().textContent()).toContain('SIGKILL')
    await screenshot(page, 'failure-training')
    await alert().getByRole('link', { name: 'Open log' }).click()
    await page.getByRole('tab', { name: 'Log', selected: true }).waitFor()
    await page
      .getByRole('tabpanel')
      .getByText(/SIGKILL/)
      .first()
      .waitFor()
  })

  it('says it on its own page itself, and elsewhere again', async () => {
    await page.getByRole('heading', { name: 'digits, killed', level: 1 }).waitFor()
    await expect.poll(() => bar().count()).toBe(0)
    for (const screen of ['Bench', 'Compare', 'Models', 'Data']) {
      await goTo(screen)
      await alert().getByText('Training “digits, killed” was interrupted').waitFor()
      await expectNothingCovered()
    }
  })

  it('is resumed with a click; then there is nothing to tell any more', async () => {
    await button('Resume: digits, killed').click()
    await expect.poll(() => alert().count()).toBe(0)
    await expect
      .poll(async () => (await client.call('runs.get', { runId })).status, { timeout: 120_000, interval: 500 })
      .toBe('finished')
    expect((await client.call('failures.list', {})).total).toBe(0)
  })

  it('killed once more after it was dismissed is told anew', async () => {
    await client.call('runs.extend', { runId, epochs: 50 })
    await killNext()
    await alert().getByText('Training “digits, killed” was interrupted').waitFor()
    await button(/^Dismiss: Training/).click()
    await expect.poll(() => alert().count()).toBe(0)
    await client.call('runs.resume', { runId })
    await killNext()
    await alert().getByText('Training “digits, killed” was interrupted').waitFor()
  })
})

describe('nothing went wrong on the way', () => {
  it('no error in the page, no request to another computer', () => {
    expect(window.problems).toEqual([])
  })
})

describe('every screen with a failure', () => {
  let other: WatchedPage

  beforeAll(async () => {
    other = await openPage(window.browser, host.address)
  })

  it.each(SCREENS)('%s has no serious accessibility finding, in either theme and two sizes', async (screen) => {
    await openScreen(other.page, screen)
    for (const [theme, width, height] of LOOKS) {
      await other.page.setViewportSize({ width, height })
      await other.page.emulateMedia({ colorScheme: theme })
      await settled(other.page)
      await screenshot(other.page, `failure-${screen.toLowerCase()}-${theme}-${width}`)
      await expectAccessible(other.page, `${screen} with a failure, ${theme}, ${width} x ${height}`)
    }
    expect(other.problems).toEqual([])
  })
})

const LOOKS = [
  ['light', 1280, 800],
  ['dark', 1280, 800],
  ['light', 1920, 1080],
  ['dark', 1920, 1080],
] as const
