import { join } from 'node:path'
import { finish } from '../../support/fake-trainer.ts'
import { importToyDataset, testWorkbench } from '../../support/test-workbench.ts'
import { median, type Row, timeRow } from './rows.ts'

const ITEMS = 500_000
const CLASSES = Array.from({ length: 10 }, (_unused, i) => `class ${i}`)

/** Grid pages and labels of a very large dataset. */
export async function benchDataset(folder: string): Promise<Row[]> {
  const test = testWorkbench({ folder })
  scriptItems(test, ITEMS)
  await test.call('workspace.open', { source: join(folder, 'ws'), create: true })
  const from = performance.now()
  const datasetId = await importToyDataset(test, 'large')
  const importing = performance.now() - from
  let offset = 0
  const page = () => test.call('datasets.items', { datasetId, offset: (offset += 7919) % ITEMS, limit: 200 })
  const filtered = (label: string) => () =>
    test.call('datasets.items', { datasetId, filter: { column: 'label', label }, offset: 20_000, limit: 200 })
  let turn = 0
  const itemIds = Array.from({ length: 10_000 }, (_unused, i) => 1 + i * 50)
  const relabel = () => test.call('datasets.label', { datasetId, column: 'label', itemIds, value: `new ${++turn}` })
  const rows = [
    timeRow('import, records only', importing, 60_000, `${ITEMS} items`),
    timeRow('a page of the grid', await median(20, page), 20, '200 of them, anywhere'),
    timeRow('a page of one class', await median(5, filtered('class 3')), 20, 'asked for again'),
    timeRow('relabel 10,000 items', await median(5, relabel), 200, 'spread over the dataset'),
    timeRow('a page of one class, anew', await afterChange(relabel, filtered('class 4')), 20, 'right after a change'),
    timeRow('undo 10,000 labels', await median(3, () => test.call('datasets.undo', { datasetId })), 200),
    timeRow('one label', await median(20, () => labelOne(++turn)), 20, 'with undo step and version'),
  ]
  await test.close()
  return rows

  function labelOne(place: number) {
    return test.call('datasets.label', { datasetId, column: 'label', itemIds: [place], value: `class ${place % 2}` })
  }
}

/** The next import has so many items of ten classes, records only. */
export function scriptItems(test: ReturnType<typeof testWorkbench>, items: number): void {
  test.trainer.script('import', async (child) => {
    const labelColumns = [{ name: 'label', type: 'classification' as const, classes: CLASSES }]
    child.send({ type: 'schema', kind: 'image', pack: null, labelColumns, featureColumns: [] })
    for (let from = 0; from < items; from += 500) {
      child.send({
        type: 'items',
        items: Array.from({ length: Math.min(500, items - from) }, (_unused, i) => item(from + i)),
      })
      await new Promise((resolve) => setImmediate(resolve))
    }
    finish(child)
  })
}

async function afterChange(change: () => Promise<unknown>, work: () => Promise<unknown>): Promise<number> {
  await change()
  const from = performance.now()
  await work()
  return performance.now() - from
}

function item(i: number) {
  return {
    name: `class ${i % 10}/image-${i}.png`,
    path: `/photos/class ${i % 10}/image-${i}.png`,
    row: null,
    contentHash: i.toString(16).padStart(64, '0'),
    labels: { label: `class ${i % 10}` },
    width: 32,
    height: 32,
    channels: 3,
    values: null,
    thumb: { offset: i * 500, length: 500 },
    split: null,
  }
}
