import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Exhibit } from '../../src-main/contract/exhibits.ts'
import { type HttpHost, startHttpHost } from '../../src-main/hosts/http/server.ts'
import { newToken } from '../../src-main/hosts/http/token.ts'
import { openUploads } from '../../src-main/hosts/http/uploads.ts'
import {
  expectAccessible,
  keepFailure,
  openPage,
  screenshot,
  sharedBrowser,
  type WatchedPage,
} from '../support/browser.ts'
import { exhibitSamples } from '../support/exhibit-samples.ts'
import { type FakeChild, finish } from '../support/fake-trainer.ts'
import { importToyDataset, testWorkbench, type TestWorkbench, TOY_SPEC } from '../support/test-workbench.ts'
import { sendEpochs, sendResults } from '../support/toy-scripts.ts'

/** What a run shows, in the real window over a trainer that says what it is told. */

const RENDERER = fileURLToPath(new URL('../../out/renderer', import.meta.url))
/** Items without a label, which the review may give one. */
const OPEN = [2, 4, 6]

let test: TestWorkbench
let host: HttpHost
let uploads: Awaited<ReturnType<typeof openUploads>>
let watched: WatchedPage
let page: Page
let datasetId: string
let runId: string
let child: FakeChild

beforeAll(async () => {
  test = testWorkbench()
  await test.call('workspace.open', { source: join(test.folder, 'ws'), create: true })
  datasetId = await importToyDataset(test)
  await test.call('datasets.label', { datasetId, column: 'label', itemIds: OPEN, value: null })
  test.trainer.script('train', async (running) => {
    child = running
    sendEpochs(running, 1)
    await running.nextControl()
    sendResults(running)
    finish(running, 'stopped')
  })
  uploads = await openUploads()
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const renderer = process.env.GRAFT_RENDERER ?? RENDERER
  host = await startHttpHost({ workbench: test.workbench, uploads, log, token: newToken(), renderer, port: 0 })
  runId = (await test.call('runs.start', { spec: { ...TOY_SPEC, name: 'shows everything' } })).runId
  await test.when('runs.changed', (event) => event.runId === runId && event.run?.epochsDone === 1)
  watched = await openPage(await sharedBrowser(), host.address)
  page = watched.page
  page.setDefaultTimeout(20_000)
})

afterAll(async () => {
  await page?.context().close()
  await host?.close()
  await uploads?.close()
  await test?.close()
})

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepFailure(page, task.name)
})

const exhibit = (name: string) => page.getByRole('region', { name, exact: true })

describe('what a run shows', () => {
  it('comes to an open window while the run goes on', async () => {
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Runs' }).click()
    await page.getByRole('heading', { name: 'shows everything', level: 1 }).waitFor()
    await page.getByRole('tab', { name: 'Curves', selected: true }).waitFor()
    await expect.poll(() => page.getByRole('tab', { name: /Findings/ }).count()).toBe(0)
    for (const one of exhibitSamples(OPEN)) child.send({ type: 'exhibit', exhibit: Exhibit.parse(one) })
    await page.getByRole('tab', { name: /Findings/ }).waitFor()
    // The curves stay in front; what they mean stands beside them, the warning first.
    const words = page.getByRole('list', { name: 'What the curves say' }).getByRole('listitem')
    await words.nth(1).waitFor()
    await expect
      .poll(() => words.allTextContents())
      .toMatchObject([expect.stringContaining('not aligned'), expect.stringContaining('errs on')])
    await page.getByRole('tab', { name: /Findings/ }).click()
    const groups = await page.getByRole('tabpanel').getByRole('heading', { level: 2 }).allTextContents()
    expect(groups[0]).toBe('Needs attention')
    await screenshot(page, 'exhibits')
    await expectAccessible(page, 'findings')
  })

  it('a table marks the run, the best of each column, and sorts by click', async () => {
    const table = page.getByRole('region', { name: 'Beside its baselines' }).getByRole('table')
    await table.getByText('this run').waitFor()
    await table.getByRole('button', { name: 'Parameters' }).click()
    await expect.poll(() => table.getByRole('rowheader').first().textContent()).toContain('student')
    await expect
      .poll(() => table.getByRole('columnheader', { name: 'Parameters' }).getAttribute('aria-sort'))
      .toBe('ascending')
  })

  it('a tree closes and opens, and reads as rules', async () => {
    const tree = exhibit('Born-again tree')
    await tree.getByRole('treeitem', { name: /petal width <= 0.8/ }).press('Enter')
    await expect.poll(() => tree.getByRole('treeitem').count()).toBe(1)
    await tree.getByRole('treeitem').press('Enter')
    await expect.poll(() => tree.getByRole('treeitem').count()).toBe(3)
    await tree.getByText('Rules (2)').click()
    await tree.getByText('petal width > 0.8').waitFor()
  })

  it('the lens softens labels while its slider moves', async () => {
    const lens = exhibit('Where teacher and student disagree')
    // softmax([2, 0] / 2) = 0.731; at T = 32 almost even.
    await lens
      .getByText(/^73\.1/)
      .first()
      .waitFor()
    await lens.getByRole('slider').press('End')
    await lens
      .getByText(/^51\.6/)
      .first()
      .waitFor()
    await lens.getByRole('listbox').press('ArrowDown')
    await lens.getByRole('option', { name: /image 4/, selected: true }).waitFor()
  })

  it('the scrubber steps by arrow keys', async () => {
    const scrubber = exhibit('Adaptation to a new sine')
    await scrubber.getByRole('slider').press('ArrowRight')
    await scrubber.getByRole('heading', { name: 'y, Inner step 1' }).waitFor()
  })

  it('points are read as a table, too', async () => {
    const scatter = exhibit('Two moons')
    await scatter.getByRole('button', { name: 'Show as table' }).click()
    await expect.poll(() => scatter.getByRole('row').count()).toBe(61)
    await scatter.getByText('target, hollow').waitFor()
  })

  it('suggested labels are written only when they are accepted, by key or click, and can be taken back', async () => {
    const review = exhibit('Suggested labels').first()
    const labels = async () => {
      const { items } = await test.call('datasets.items', { datasetId, filter: { ids: OPEN }, offset: 0, limit: 10 })
      return items.map((item) => item.labels['label'] ?? null)
    }
    expect(await labels()).toEqual([null, null, null])
    await review.getByRole('listitem', { name: /image 2/ }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(labels).toEqual(['cat', null, null])
    await page.keyboard.press('x')
    await review.getByText('1 rejected').waitFor()
    await review.getByRole('button', { name: 'Accept all shown' }).click()
    await expect.poll(labels).toEqual(['cat', null, 'cat'])
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await expect.poll(labels).toEqual(['cat', null, null])
    await screenshot(page, 'exhibits-review')
  })

  it('a cell of a matrix opens the bench with that change of the run’s spec', async () => {
    await page.getByRole('button', { name: /^colour to shape/ }).focus()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await page.getByLabel('Name of the experiment').waitFor()
    await expect.poll(() => page.getByRole('spinbutton', { name: 'Epochs' }).inputValue()).toBe('7')
    await expect.poll(() => page.getByLabel('Name of the experiment').inputValue()).toBe('shows everything')
  })

  it('goes with the run', async () => {
    await test.call('runs.stop', { runId })
    await test.when('runs.changed', (event) => event.runId === runId && event.run?.status === 'stopped')
    await test.call('runs.remove', { runIds: [runId] })
    expect(await test.raw('runs.exhibits', { runId })).toMatchObject({ ok: false, error: { code: 'E_NOT_FOUND' } })
    expect(watched.problems).toEqual([])
  })
})
