import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, openPage, openScreen, screenshot, settled } from '../support/browser.ts'
import { type OpenWorkbench, testWindow } from '../support/open-workbench.ts'
import { CLI } from '../support/programs.ts'

/** What a run of the shipped digits looks at: in its results, in trying it, over single items, and from the command line. */

const { folder, open } = testWindow('explain')
let window: OpenWorkbench
let page: Page
let runId: string
let frozenId: string
let workspace: string

beforeAll(async () => {
  window = await open()
  ;({ page } = window)
  const { client } = window
  const state = await client.call('workspace.openSample', { id: 'digits' })
  workspace = state.path!
  const spec = {
    name: 'looks',
    dataset: 'digits',
    base: { architecture: 'lenet' },
    strategy: { type: 'fine-tuning' },
    optimizer: { type: 'adam', learningRate: 0.002 },
    epochs: 1,
    seed: 1,
  }
  ;({ runId } = await client.call('runs.start', { spec } as never))
  await finished(runId)
  // A head on features that were computed once: nothing but the head has learned.
  const cached = { ...spec, name: 'looks, frozen', base: `run:${runId}`, freeze: { all: true }, strategy: { type: 'feature-extraction' } } // prettier-ignore
  ;({ runId: frozenId } = await client.call('runs.start', { spec: cached } as never))
  await finished(frozenId)
})

async function finished(id: string): Promise<void> {
  while ((await window.client.call('runs.get', { runId: id })).status !== 'finished') {
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

const dialog = () => page.getByRole('dialog', { name: 'What does it look at?' })
const heats = () => page.getByRole('figure').filter({ has: page.locator('canvas') })
const heatOf = (name: string) => page.getByRole('img', { name: new RegExp(`^Heat for “${name}”`) })

/** The colours of a canvas in a row, so that another heat is another text. */
const drawn = (place: number) =>
  heats()
    .nth(place)
    .locator('canvas')
    .evaluate((canvas) => {
      type Canvas = { toDataURL(): string }
      return (canvas as unknown as Canvas).toDataURL()
    })

describe('what does it look at?', () => {
  it('shows a wrong answer under the heat of what was predicted and of what is labelled', async () => {
    await openScreen(page, 'Runs')
    await page.locator(`[data-run="${runId}"]`).click()
    await page.locator(`[data-run="${runId}"][aria-current="page"]`).waitFor()
    await page.getByRole('tab', { name: 'Results' }).click()
    const { predictions } = await window.client.call('runs.predictions', {
      runId,
      split: 'test',
      head: 'label',
      wrongOnly: true,
      offset: 0,
      limit: 1,
    })
    const [worst] = predictions
    await page.getByRole('button', { name: `What does it look at in ${worst!.name}?`, exact: true }).click()
    await heatOf(String(worst!.predicted)).waitFor()
    await heatOf(String(worst!.expected)).waitFor()
    await expect.poll(() => heats().count()).toBe(2)
    await dialog().getByText('predicted', { exact: true }).waitFor()
    await dialog().getByText('labelled', { exact: true }).waitFor()
    await screenshot(page, 'explain-light')
    await expectAccessible(page, 'heat in results')
  })

  it('at another layer and in another way, by keys alone', async () => {
    const layer = dialog().getByLabel('Layer')
    const chosen = () => layer.evaluate((select) => (select as unknown as { selectedOptions: { text: string }[] }).selectedOptions[0]!.text) // prettier-ignore
    await expect.poll(chosen).toMatch(/^conv2_relu · 14 × 14|^conv2_relu/)
    const before = await drawn(0)
    await page.keyboard.press('[')
    await expect.poll(chosen).toMatch(/^conv2 /)
    await expect.poll(() => drawn(0)).not.toBe(before)
    await page.keyboard.press(']')
    await expect.poll(() => drawn(0)).toBe(before)
    await page.keyboard.press('h')
    await expect.poll(() => dialog().locator('canvas').first().isVisible()).toBe(false)
    await page.keyboard.press('h')
    await page.keyboard.press('.')
    await expect.poll(() => dialog().locator('canvas').first().evaluate((canvas) => (canvas as unknown as { style: { opacity: string } }).style.opacity)).toBe('0.7') // prettier-ignore
    await page.keyboard.press('Shift+M')
    await dialog().getByText('4 × 4 pixels of 28 × 28, in steps of 2').waitFor()
    await dialog().getByText('probability lost where it is covered').waitFor()
    await expect.poll(() => drawn(0)).not.toBe(before)
    await screenshot(page, 'explain-occlusion')
    const rollout = dialog().getByRole('radio', { name: 'Attention' })
    expect(await rollout.isDisabled()).toBe(true)
    await page.keyboard.press('Escape')
    await expect.poll(() => dialog().count()).toBe(0)
  })

  it('of a picture that is tried', async () => {
    await openScreen(page, 'Models')
    await page.getByRole('heading', { name: 'looks', level: 1 }).waitFor()
    await page.getByRole('tab', { name: /Try/ }).click()
    await page.getByRole('button', { name: /8 test items/ }).click()
    await page.getByRole('button', { name: 'What does it look at?' }).first().click()
    await dialog().locator('canvas').first().waitFor()
    await expectAccessible(page, 'heat in trying')
    await page.keyboard.press('Escape')
  })

  it('over single items, while one walks through them', async () => {
    await openScreen(page, 'Data')
    await page
      .getByRole('option', { name: /^test image|image/ })
      .first()
      .click()
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Single item' }).waitFor()
    await page.keyboard.press('Shift+H')
    await heats().first().locator('canvas').waitFor()
    const before = await drawn(0)
    await page.keyboard.press('f')
    await expect.poll(() => drawn(0)).not.toBe(before)
    await settled(page)
    await screenshot(page, 'explain-single')
    await expectAccessible(page, 'heat over a single item')
    await page.keyboard.press('Shift+H')
    await expect.poll(() => heats().count()).toBe(0)
  })

  it('in the dark, and on a large screen', async () => {
    const { page: dark } = await openPage(window.browser, window.host.address, { theme: 'dark', width: 1920, height: 1080 }) // prettier-ignore
    dark.setDefaultTimeout(30_000)
    await openScreen(dark, 'Runs')
    await dark.getByRole('tab', { name: 'Results' }).click()
    await dark
      .getByRole('button', { name: /^What does it look at in/ })
      .first()
      .click()
    await dark.locator('canvas').first().waitFor()
    await settled(dark)
    await screenshot(dark, 'explain-dark')
    await expectAccessible(dark, 'heat in the dark')
    await dark.context().close()
    expect(window.problems).toEqual([])
  })
})

describe('graft explain', () => {
  let out: string
  beforeAll(async () => {
    await window.host.stop()
    out = mkdtempSync(join(tmpdir(), 'graft-explain-'))
  })
  afterAll(() => rmSync(out, { recursive: true, force: true }))

  function graft(...args: string[]) {
    const env = { ...process.env, GRAFT_USER_FOLDER: join(folder, 'user') }
    return spawnSync(process.execPath, [CLI, 'explain', ...args, '--workspace', workspace], { env, encoding: 'utf8' })
  }
  const item = ['--item', '4900', '--dataset', 'digits']

  it('writes a picture, and says what the answer is', () => {
    const file = join(out, 'heat.png')
    const { status, stdout, stderr } = graft(runId, ...item, '--class', '3', '8', '--out', file)
    expect(status, stderr).toBe(0)
    expect(stdout).toMatch(/labelled \d\. Grad-CAM at conv2_relu\n3: at most/)
    // Two of 448 pixels, with a gap between them.
    const bytes = readFileSync(file)
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([904, 448])
  })

  it('looks through a plan that was frozen and cached as through any other', () => {
    const { status, stdout, stderr } = graft(frozenId, ...item, '--json')
    expect(status, stderr).toBe(0)
    const { maps, layer } = JSON.parse(stdout) as { maps: { rows: number; most: number }[]; layer: string }
    expect([layer, maps[0]!.rows]).toEqual(['conv2_relu', 14])
    expect(maps[0]!.most).toBeGreaterThan(0)
  })

  it('tells numbers, of every pixel where patches cover them', () => {
    const { status, stdout, stderr } = graft(runId, ...item, '--method', 'occlusion', '--patch', '7', '--stride', '7', '--json') // prettier-ignore
    expect(status, stderr).toBe(0)
    const { maps, patch, answer, expected } = JSON.parse(stdout) as {
      maps: { class: string; rows: number; columns: number; values: number[][] }[]
      patch: number
      answer: { classes: { name: string; probability: number }[] }
      expected: string
    }
    expect([patch, maps[0]!.rows, maps[0]!.columns, maps[0]!.values.length]).toEqual([7, 28, 28, 28])
    expect(maps.map((map) => map.class)).toEqual([...new Set([answer.classes[0]!.name, expected])])
    // Patches that do not overlap: each of 16 has one value.
    expect(new Set(maps[0]!.values.flat()).size).toBeLessThanOrEqual(16)
  })

  it.each([
    ['--layer conv', /E_EXPLAIN.*\n?.*Did you mean/s],
    ['--method rollout', /E_EXPLAIN.*no vision transformer/s],
    ['--class seven', /E_EXPLAIN.*There are: 0, 1/s],
    ['--head other', /E_EXPLAIN.*There is: label/s],
    ['--method occlusion --patch 2 --stride 3', /E_EXPLAIN.*never covered/s],
    ['--method sight', /E_INPUT.*gradcam, occlusion, rollout/s],
  ])('%s is refused with what to do', (flags, words) => {
    const { status, stderr } = graft(runId, ...item, ...flags.split(' '), '--out', join(out, 'none.png'))
    expect(status).toBe(2)
    expect(stderr).toMatch(words)
  })

  it('without a picture, an answer or a known item is refused, too', () => {
    expect(graft(runId, ...item).stderr).toMatch(/--out FILE.png, or --json/)
    expect(graft(runId, '--json').stderr).toContain('Name one picture')
    expect(graft(runId, '--item', '99999', '--dataset', 'digits', '--json').stderr).toContain('E_NOT_FOUND')
  })
})
