import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DatasetFormat, LabelValue } from '../../../../src-main/contract/datasets.ts'
import { exportTo, importAs, importingWorkbench, picture, writeIn } from '../../../support/dataset-exports.ts'
import type { TestWorkbench } from '../../../support/test-workbench.ts'

let test: TestWorkbench
beforeEach(async () => {
  test = await importingWorkbench()
})
afterEach(() => test.close())

const at = (...parts: string[]): string => join(test.folder, ...parts)
const NAMES = ['dog', 'a;b', 'c|d', ...Array.from({ length: 40 }, (_, i) => `tag ${i}`)]
/** By item: beyond 32 tags, one with a separator in its name, none of them, and not labelled. */
const LABELS: LabelValue[] = [['dog', 'tag 39'], ['a;b', 'c|d'], [], null, ['tag 0'], ['dog'], [], ['tag 38', 'tag 39']]

async function taggedPictures(names: readonly string[], labels: readonly LabelValue[]): Promise<string> {
  for (let i = 0; i < labels.length; i++) writeIn(test, `photos/${i}.png`, picture(i))
  const { id } = await importAs(test, 'photos', at('photos'))
  await test.call('datasets.addColumn', { datasetId: id, name: 'seen', type: 'tags', classes: [...names] })
  for (const [i, value] of labels.entries()) {
    await test.call('datasets.label', { datasetId: id, column: 'seen', itemIds: [i + 1], value })
  }
  return id
}

const labelsOf = async (datasetId: string) => {
  const { items } = await test.call('datasets.items', { datasetId, filter: {}, offset: 0, limit: 100 })
  return items.map(({ labels }) => labels['seen'])
}

describe('tags that were exported', () => {
  it.each(['csv', 'json'] as const)(
    'are the same when they are imported again, as %s',
    async (format: DatasetFormat) => {
      const id = await taggedPictures(NAMES, LABELS)
      expect(await labelsOf(id)).toEqual(LABELS)
      const out = await exportTo(test, id, at('out'), { format })
      const back = await importAs(test, 'back', at('out'))
      expect(await labelsOf(back.id)).toEqual(LABELS)
      expect(back.labelColumns.find(({ name }) => name === 'seen')).toEqual({
        name: 'seen',
        type: 'tags',
        classes: NAMES,
      })
      const again = await exportTo(test, back.id, at('again'), { format })
      expect(again.result?.['hash']).toBe(out.result?.['hash'])
    },
  )

  it('are separated by what none of them contains, and none of them is the separator alone', async () => {
    const id = await taggedPictures(['a;b', 'c|d'], [['a;b', 'c|d'], [], null])
    await exportTo(test, id, at('out'), { format: 'csv' })
    const lines = readFileSync(at('out', 'labels.csv'), 'utf8').trim().split('\n')
    expect(lines.slice(1).map((line) => line.split('.png,')[1]?.replace(/^\w+,,?/, ''))).toEqual([
      '"a;b,c|d"',
      '","',
      '',
    ])
  })

  it('lie in no folders, and in no cell that nothing can separate', async () => {
    const id = await taggedPictures(['a;b', 'c|d', 'e,f'], [['a;b']])
    const offers = await test.call('datasets.exportOffers', { datasetId: id })
    const refusals = Object.fromEntries(offers.map(({ format, refusal }) => [format, refusal]))
    expect(refusals['json']).toBeNull()
    expect(refusals['csv']).toBe('Tags of seen contain each of ; | and , so that nothing can separate them in a cell.')
    expect(refusals['folders']).not.toBeNull()
  })
})

describe('tags that are imported', () => {
  const columnOf = (labelColumns: { name: string }[], name: string) => labelColumns.find((one) => one.name === name)
  const table = (lines: string[]) => writeFileSync(at('t.csv'), lines.join('\n'))

  it('stand in one cell, separated by what occurs, which is said', async () => {
    table(['x,y,seen', '1,5,dog|cat', '2,4, cat ', '3,2,|', '4,7,', '5,1,cat|cat|owl'])
    const labelColumns = [{ name: 'seen', type: 'tags' as const }]
    const { id, labelColumns: columns } = await importAs(test, 't', at('t.csv'), { labelColumns })
    expect(columnOf(columns, 'seen')).toEqual({ name: 'seen', type: 'tags', classes: ['cat', 'dog', 'owl'] })
    expect(await labelsOf(id)).toEqual([['cat', 'dog'], ['cat'], [], null, ['cat', 'owl']])
    const { problems } = await test.call('datasets.problems', { datasetId: id })
    expect(problems.map(({ message }) => message)).toEqual([
      'Tags are separated by "|": "dog|cat" is read as dog and cat.',
      'There are no tags in seen; imported without label.',
    ])
  })

  it('are a column of yes and no each, and a row with a cell that is neither has no label', async () => {
    table(['x,y,cat,dog', '1,5,1,0', '2,4,yes,TRUE', '3,2,0,no', '4,7,,1', '5,1,maybe,1'])
    const tagColumns = { name: 'seen', columns: ['cat', 'dog'] }
    const { id, featureColumns } = await importAs(test, 't', at('t.csv'), { tagColumns })
    expect(featureColumns.map(({ name }) => name)).toEqual(['x', 'y'])
    expect(await labelsOf(id)).toEqual([['cat'], ['cat', 'dog'], [], null, null])
    const { problems } = await test.call('datasets.problems', { datasetId: id })
    expect(problems.map(({ path, message }) => [path, message])).toEqual(
      ['line 5', 'line 6'].map((line) => [
        line,
        'A column of seen says neither yes nor no (1 or 0); imported without label.',
      ]),
    )
  })

  it('come from lists of COCO’s kind, an empty list for a picture without anything', async () => {
    for (const i of [1, 2, 3]) writeIn(test, `photos/${i}.png`, picture(i))
    const images = [1, 2, 3].map((id) => ({ id, file_name: `${id}.png` }))
    const annotations = [[1, 7], [1, 9], [1, 7], [3, 9]].map(([image_id, category_id]) => ({ image_id, category_id })) // prettier-ignore
    const categories = [{ id: 7, name: 'dog' }, { id: 9, name: 'cat' }] // prettier-ignore
    writeFileSync(at('photos', 'labels.json'), JSON.stringify({ images, annotations, categories }))
    const { id, labelColumns } = await importAs(test, 'coco', at('photos'))
    expect(labelColumns).toEqual([{ name: 'tags', type: 'tags', classes: ['cat', 'dog'] }])
    const { items } = await test.call('datasets.items', { datasetId: id, filter: {}, offset: 0, limit: 9 })
    expect(items.map(({ labels }) => labels['tags'])).toEqual([['cat', 'dog'], [], ['cat']])
  })

  it('refuse a column that is not there or says neither yes nor no', async () => {
    table(['x,y,cat', '1,5,red', '2,4,blue'])
    const refusal = (columns: string[]) => importAs(test, 't', at('t.csv'), { tagColumns: { columns } })
    await expect(refusal(['cat'])).rejects.toThrow('Expected 0 and 1 (or yes and no) in cat, a column of a tag.')
    await expect(refusal(['dog'])).rejects.toThrow('Expected a column of the file as label. Received: dog.')
  })
})
