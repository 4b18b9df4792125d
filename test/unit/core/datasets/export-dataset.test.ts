import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Dataset, DatasetFormat } from '../../../../src-main/contract/datasets.ts'
import { ended, exportTo, importAs, importingWorkbench, picture, writeIn } from '../../../support/dataset-exports.ts'
import type { TestWorkbench } from '../../../support/test-workbench.ts'

let test: TestWorkbench
beforeEach(async () => {
  test = await importingWorkbench()
})
afterEach(() => test.close())

const at = (...parts: string[]): string => join(test.folder, ...parts)

function same({ kind, items, labelColumns, featureColumns, imageSize, split, splitCounts }: Dataset) {
  return { kind, items, labelColumns, featureColumns, imageSize, split, splitCounts }
}

/** Exported, imported and exported once more: the same hash, columns and split. */
async function comesBack(dataset: Dataset, format: DatasetFormat): Promise<Dataset> {
  const now = await test.call('datasets.get', { datasetId: dataset.id })
  const out = await exportTo(test, dataset.id, at('out', format), { format })
  expect(out.error).toBeNull()
  const back = await importAs(test, `back from ${format}`, at('out', format))
  expect(same(back)).toEqual(same(now))
  const again = await exportTo(test, back.id, at('again', format), { format })
  expect(again.result?.['hash']).toBe(out.result?.['hash'])
  expect(readdirSync(at('out')).concat(readdirSync(at('again')))).toEqual([format, format])
  return back
}

/** Classes that no folder can be called, one without items, a copy in another split, pictures of one name and one without label. */
async function pictures(): Promise<Dataset> {
  for (let i = 0; i < 16; i++) writeIn(test, `photos/${i % 2 ? 'bee' : 'ant'}/${i}.png`, picture(i % 14))
  writeIn(test, 'photos/bee/0.png', picture(40))
  const dataset = await importAs(test, 'photos', at('photos'))
  const datasetId = dataset.id
  const set = (itemIds: number[], value: string | null) =>
    test.call('datasets.label', { datasetId, column: 'label', itemIds, value })
  const odd = ['a/b', '..', 'CON', '.hidden', 'BEE', 'null', ' NA', 'x'.repeat(200)]
  for (const [i, name] of odd.entries()) await set([i + 1], name)
  await set([9], null)
  await test.call('datasets.addClass', { datasetId, column: 'label', name: 'wasp' })
  await test.call('datasets.moveToSplit', { datasetId, itemIds: [10, 11], split: 'validation' })
  return dataset
}

const ROWS = Array.from(
  { length: 12 },
  (_, i) => `${i / 3},${['red', 'NA', '', '#fff'][i % 4]},${i % 5 === 0 ? '' : i * 1e21},${i % 2 ? 'bee' : 'ant'}`,
)

describe('a dataset that was exported is the same when it is imported again', () => {
  it.each(['csv', 'json', 'folders'] as const)('pictures in folders, as %s', async (format) => {
    const back = await comesBack(await pictures(), format)
    const { items } = await test.call('datasets.items', {
      datasetId: back.id,
      filter: { column: 'label', label: null },
      offset: 0,
      limit: 9,
    })
    expect(items).toHaveLength(1)
    expect(back.labelColumns[0]?.classes.at(-1)).toBe('wasp')
  })

  it.each(['csv', 'json'] as const)('several columns of labels, numbers too, as %s', async (format) => {
    for (let i = 0; i < 9; i++) writeIn(test, `listed/${i}.png`, picture(i))
    const rows = Array.from({ length: 9 }, (_, i) => `${i}.png,${i % 2 ? 'NA' : 'x'},${i === 4 ? '' : i / 7}`)
    writeIn(test, 'listed/labels.csv', `file,kind,size\n${rows.join('\n')}\n`)
    const dataset = await importAs(test, 'listed', at('listed'), { missing: [] })
    // Names that the list has for columns of its own.
    for (const name of ['path', 'split']) {
      await test.call('datasets.addColumn', {
        datasetId: dataset.id,
        name,
        type: 'classification',
        classes: ['b', 'a'],
      })
    }
    await test.call('datasets.label', { datasetId: dataset.id, column: 'split', itemIds: [2], value: 'a' })
    await comesBack(dataset, format)
  })

  it.each(['csv', 'json', 'folders'] as const)('pictures without any label, as %s', async (format) => {
    for (let i = 0; i < 5; i++) writeIn(test, `plain/${i}.png`, picture(i))
    await comesBack(await importAs(test, 'plain', at('plain')), format)
  })

  it.each(['csv', 'json', 'folders'] as const)('packed pictures, as %s', async (format) => {
    const count = 12
    const head = (type: number, ...shape: number[]): Buffer => {
      const bytes = Buffer.alloc(4 + shape.length * 4)
      bytes.set([0, 0, 8, type])
      shape.forEach((length, i) => bytes.writeUInt32BE(length, 4 + i * 4))
      return bytes
    }
    const pixels = Buffer.from(Array.from({ length: count * 20 }, (_, i) => (i * 7) % 251))
    writeIn(test, 'idx/train-images-idx3-ubyte', Buffer.concat([head(3, count, 4, 5), pixels]))
    const labels = Buffer.from(Array.from({ length: count }, (_, i) => i % 3))
    writeIn(test, 'idx/train-labels-idx1-ubyte', Buffer.concat([head(1, count), labels]))
    const back = await comesBack(await importAs(test, 'digits', at('idx')), format)
    expect(readFileSync(at('ws/datasets', back.id, 'pixels.u8')).subarray(32)).toEqual(pixels)
  })

  it.each(['csv', 'json'] as const)('a table, as %s', async (format) => {
    const source = writeIn(test, 'table.csv', ['x,colour,2020,kind', ...ROWS].join('\n'))
    const dataset = await importAs(test, 'table', source)
    const back = await comesBack(dataset, format)
    const table = (id: string) => readFileSync(at('ws/datasets', id, 'table.bin'))
    expect(table(back.id)).toEqual(table(dataset.id))
  })

  it('an older version', async () => {
    const dataset = await pictures()
    const first = await exportTo(test, dataset.id, at('first'), { format: 'csv', version: 1 })
    const back = await importAs(test, 'first', at('first'))
    expect([first.result?.['version'], back.labelColumns[0]?.classes]).toEqual([1, ['ant', 'bee']])
    const now = await exportTo(test, dataset.id, at('now'), { format: 'csv' })
    expect(now.result?.['hash']).not.toBe(first.result?.['hash'])
  })

  it('whatever is asked for that it says itself, and that is told', async () => {
    const dataset = await pictures()
    const out = await exportTo(test, dataset.id, at('out'), { format: 'folders' })
    mkdirSync(at('out/other'))
    writeFileSync(at('out/other/stray.png'), picture(77))
    const back = await importAs(test, 'asked', at('out'), { split: { train: 1 }, missing: ['ant'] })
    const { problems } = await test.call('datasets.problems', { datasetId: back.id })
    const told = problems.filter(({ code }) => code !== 'duplicate' && code !== 'contradiction')
    expect(told.map(({ path, code }) => [path, code])).toEqual([
      ['other/stray.png', 'not-an-image'],
      ['graft-dataset.json', 'bad-value'],
      ['', 'split-shares'],
    ])
    const again = await exportTo(test, back.id, at('again'), { format: 'json' })
    expect(again.result?.['hash']).toBe(out.result?.['hash'])
  })

  it.each([
    ['{"type": "graft-dataset"', /Expected a dataset that Graft exported.*JSON/],
    ['{"type": "other"}', /Expected a dataset that Graft exported/],
    ['{"type": "graft-dataset", "formatVersion": 9}', /Received: a `formatVersion` that is not one of 1\./],
    ['[]', /Received: what is not an object\./],
  ])('but not by a document that is damaged: %s', async (text, expected) => {
    await exportTo(test, (await pictures()).id, at('out'), { format: 'csv' })
    writeFileSync(at('out/graft-dataset.json'), text)
    await expect(importAs(test, 'damaged', at('out'))).rejects.toThrow(expected)
  })

  it('but not without a column that it must have', async () => {
    await exportTo(test, (await pictures()).id, at('out'), { format: 'csv' })
    writeFileSync(at('out/labels.csv'), readFileSync(at('out/labels.csv'), 'utf8').replace('"label"', '"kind"'))
    await expect(importAs(test, 'damaged', at('out'))).rejects.toThrow(/Expected a column "label" in labels.csv/)
  })

  it('what was changed in the export counts', async () => {
    await exportTo(test, (await pictures()).id, at('out'), { format: 'csv' })
    const list = readFileSync(at('out/labels.csv'), 'utf8').split('\n')
    const [path, split] = list[12]!.split(',')
    list[12] = `${path},${split},hornet`
    writeFileSync(at('out/labels.csv'), list.filter((_, i) => i !== 13).join('\n'))
    rmSync(at('out/images/ant/0.png'))
    const back = await importAs(test, 'changed', at('out/labels.csv'))
    expect(back.labelColumns[0]?.classes.at(-1)).toBe('hornet')
    const { problems } = await test.call('datasets.problems', { datasetId: back.id })
    expect(problems.map(({ code }) => code)).toEqual(expect.arrayContaining(['missing-file', 'missing-label']))
  })
})

describe('files of an export', () => {
  it('have names that every file system takes, each once', async () => {
    await exportTo(test, (await pictures()).id, at('out'), { format: 'folders' })
    const names = readdirSync(at('out'), { recursive: true }) as string[]
    const parts = names.flatMap((name) => name.split('/'))
    expect(parts.filter((part) => /^\.|[<>:"\\|?*]|[. ]$|^con$/i.test(part))).toEqual([])
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length)
  })

  it('are linked where they can be, and say so', async () => {
    const dataset = await pictures()
    const job = await exportTo(test, dataset.id, at('out'), { format: 'csv', link: true })
    expect(job.result).toMatchObject({ files: dataset.items, linked: dataset.items })
    expect(statSync(at('out/images/ant/2.png')).ino).toBe(statSync(at('photos/ant/2.png')).ino)
  })

  it('that were changed since the import go nowhere, and nothing stays', async () => {
    const dataset = await pictures()
    writeFileSync(at('photos/ant/2.png'), picture(99))
    rmSync(at('photos/ant/4.png'))
    mkdirSync(at('out'))
    const job = await exportTo(test, dataset.id, at('out/here'), { format: 'folders' })
    expect(job.error?.code).toBe('E_DATASET_UNUSABLE')
    expect(job.error?.message).toMatch(
      /17 pictures.*2 cannot be exported: .*2\.png: it was changed.*4\.png: it is no longer there/,
    )
    expect(readdirSync(at('out'))).toEqual([])
    expect(existsSync(at('ws/unfinished'))).toBe(false)
  })
})

describe('an export', () => {
  it('says before it starts what a format cannot hold', async () => {
    const { id } = await pictures()
    const [csv, , folders] = await test.call('datasets.exportOffers', { datasetId: id })
    expect(csv).toEqual({ format: 'csv', refusal: null, notes: [] })
    expect(folders?.notes.join(' ')).toMatch(
      /6 classes have names .*"a\/b" as "a_b", .* and 3 more.*1 picture has no label/,
    )
    await test.call('datasets.addColumn', { datasetId: id, name: 'size', type: 'regression' })
    const [, , two] = await test.call('datasets.exportOffers', { datasetId: id })
    expect(two?.refusal).toContain('2 columns of labels (label, size)')
    const refused = await test.raw('datasets.export', { datasetId: id, format: 'folders' })
    expect(refused).toMatchObject({ ok: false, error: { code: 'E_EXPORT_FORMAT', message: /Available: csv, json/ } })
  })

  it('that is cancelled leaves nothing', async () => {
    const { id } = await pictures()
    mkdirSync(at('out'))
    const { jobId } = await test.call('datasets.export', { datasetId: id, format: 'csv', folder: at('out/here') })
    expect(await test.call('jobs.cancel', { jobId })).toMatchObject({ status: 'cancelled', error: null })
    expect([readdirSync(at('out')), existsSync(at('ws/unfinished'))]).toEqual([[], false])
  })

  it('overwrites nothing, and waits for no other that writes there', async () => {
    const { id } = await pictures()
    writeIn(test, 'full/thesis.txt', 'x')
    const full = await test.raw('datasets.export', { datasetId: id, format: 'csv', folder: at('full') })
    expect(full).toMatchObject({ ok: false, error: { code: 'E_INPUT' } })
    const jobs = [1, 2].map(() => test.call('datasets.export', { datasetId: id, format: 'csv', folder: at('out') }))
    const both = await Promise.all((await Promise.all(jobs)).map(({ jobId }) => ended(test, jobId)))
    expect(both.map(({ status }) => status)).toEqual(['done', 'failed'])
    expect(both[1]?.error?.code).toBe('E_INPUT')
  })
})
