import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { expectAccessible, openScreen, screenshot, settled } from '../support/browser.ts'
import type { HttpClient } from '../support/http-client.ts'
import { testWindow } from '../support/open-workbench.ts'

const COUNT = 160
const UNLABELLED = 4

const { folder, open } = testWindow('tags')
let page: Page
let client: HttpClient
let problems: string[]
let datasetId: string

/** Pictures with a bright square in any of three corners: each corner is a tag. The last ones have no label. */
async function makePictures(target: string): Promise<void> {
  mkdirSync(target)
  const random = seededRandom(4)
  const labels: Record<string, string[] | null> = {}
  for (let i = 0; i < COUNT; i++) {
    const corners = [random() < 0.5, random() < 0.4, random() < 0.3]
    const pixels = Buffer.alloc(28 * 28)
    for (let at = 0; at < pixels.length; at++) {
      const [x, y] = [at % 28, Math.floor(at / 28)]
      const isIn = (left: number, top: number) => x >= left && x < left + 9 && y >= top && y < top + 9
      const isBright = (corners[0] && isIn(2, 2)) || (corners[1] && isIn(17, 2)) || (corners[2] && isIn(2, 17))
      pixels[at] = (isBright ? 190 : 0) + Math.floor(60 * random())
    }
    const name = `${String(i).padStart(3, '0')}.png`
    await sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } }).toFile(join(target, name))
    labels[name] = i < COUNT - UNLABELLED ? ['left', 'right', 'low'].filter((_, c) => corners[c]) : null
  }
  writeFileSync(join(target, 'labels.json'), JSON.stringify(labels))
}

beforeAll(async () => {
  const source = join(folder, 'corners')
  await makePictures(source)
  ;({ page, client, problems } = await open(join(folder, 'ws')))
  datasetId = await client.importDataset(source, { name: 'corners' })
})

const labelsOf = async (ids: number[]) => {
  const { items } = await client.call('datasets.items', { datasetId, filter: { ids }, offset: 0, limit: 10 })
  return items.map(({ labels }) => labels['tags'])
}

describe('several labels an item', () => {
  it('come from a list in JSON', async () => {
    const { labelColumns } = await client.call('datasets.get', { datasetId })
    expect(labelColumns).toEqual([{ name: 'tags', type: 'tags', classes: ['left', 'low', 'right'] }])
    const { columns } = await client.call('datasets.statistics', { datasetId })
    expect([columns[0]?.unlabelled, columns[0]?.perItem?.length]).toEqual([UNLABELLED, 4])
  })

  it('are given and taken by keys, without going on', async () => {
    await openScreen(page, 'Data')
    await page.getByRole('button', { name: /Not labelled/ }).click()
    const grid = page.getByRole('listbox', { name: /^Images of corners/ })
    await expect.poll(() => grid.getByRole('option').count()).toBe(UNLABELLED)
    await grid.getByRole('option').first().click()
    const [first, second] = [COUNT - UNLABELLED + 1, COUNT - UNLABELLED + 2]
    await page.keyboard.press('1')
    await page.keyboard.press('3')
    await expect.poll(() => labelsOf([first])).toEqual([['left', 'right']])
    await page.keyboard.press('1')
    await expect.poll(() => labelsOf([first])).toEqual([['right']])
    await page.keyboard.press('f')
    await page.keyboard.press('-')
    await expect.poll(() => labelsOf([first, second])).toEqual([['right'], []])
    await grid
      .getByRole('option', { name: /none of them/ })
      .first()
      .waitFor()
    await screenshot(page, 'tags-grid')
    await page.keyboard.press('z')
    await expect.poll(() => labelsOf([second])).toEqual([null])
  })

  it('are all there in the single view, which a reader can follow', async () => {
    await page.keyboard.press('Enter')
    const choices = page.getByRole('group', { name: 'Tags of tags' })
    await choices.getByRole('checkbox', { name: 'low' }).click()
    await expect.poll(() => choices.getByRole('checkbox', { name: 'low' }).getAttribute('aria-checked')).toBe('true')
    await settled(page)
    await expectAccessible(page, 'the single view of tags')
    await screenshot(page, 'tags-single')
    await page.keyboard.press('Escape')
  })

  it('narrow the grid down: with a tag, without it, with none', async () => {
    const { total } = await client.call('datasets.items', {
      datasetId,
      filter: { column: 'tags', untagged: true },
      offset: 0,
      limit: 1,
    })
    await page.getByRole('button', { name: /^none of them/ }).click()
    const grid = page.getByRole('listbox', { name: `Images of corners: ${total}` })
    await grid.waitFor()
    await page.getByRole('button', { name: /^All/ }).click()
    await settled(page)
    await expectAccessible(page, 'the grid of tags')
    await screenshot(page, 'tags-all')
  })

  it('are learned, and each tag is told of', async () => {
    const { runId } = await client.call('runs.start', {
      spec: {
        dataset: 'corners',
        base: { architecture: 'lenet' },
        strategy: { type: 'fine-tuning' },
        optimizer: { type: 'adam', learningRate: 0.003 },
        epochs: 12,
        batchSize: 16,
        earlyStopping: { metric: 'validation.meanAveragePrecision', patience: 12 },
      },
    })
    await expect
      .poll(async () => (await client.call('runs.get', { runId })).status, { timeout: 120_000 })
      .toBe('finished')
    const run = await client.call('runs.get', { runId })
    expect(run.metrics['test.meanAveragePrecision']?.kept).toBeGreaterThan(0.8)
    const { tags } = await client.call('runs.tags', { runId, split: 'test' })
    const mean = tags.reduce((sum, tag) => sum + (tag.averagePrecision ?? 0), 0) / tags.length
    expect(mean).toBeCloseTo(run.metrics['test.meanAveragePrecision']!.kept, 6)

    await openScreen(page, 'Runs')
    await page.getByRole('tab', { name: 'Results' }).click()
    const table = page.getByRole('table', { name: /^Average precision/ })
    await table.getByRole('button', { name: 'right' }).click()
    await page.getByText('Wrong about right, worst first').waitFor()
    await settled(page)
    await expectAccessible(page, 'results of tags')
    await screenshot(page, 'tags-results')
    expect(problems).toEqual([])
  })
})
