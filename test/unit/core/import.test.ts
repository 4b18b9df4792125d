import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Job } from '../../../src-main/contract/workspace.ts'
import { type FakeChild, finish } from '../../support/fake-trainer.ts'
import { importToy } from '../../support/toy-scripts.ts'
import { importToyDataset, testWorkbench, type TestWorkbench } from '../../support/test-workbench.ts'

let test: TestWorkbench
beforeEach(async () => {
  test = testWorkbench()
  await test.call('workspace.open', { source: join(test.folder, 'ws'), create: true })
})
afterEach(() => test.close())

async function importEnds(options: Record<string, unknown> = {}): Promise<Job> {
  const { jobId } = await test.call('datasets.import', { source: test.folder, options: { name: 'toy', ...options } })
  return test.when('jobs.changed', (job) => job.id === jobId && job.status !== 'running')
}
const leftovers = (): string[] => readdirSync(join(test.folder, 'ws', 'datasets'))

describe('an import', () => {
  it('shows the dataset once all of it is there', async () => {
    let seen: number | null = null
    test.trainer.script('import', async (child) => {
      importToy(child)
    })
    test.workbench.subscribe((name) => {
      if (name === 'datasets.changed') seen ??= test.events.filter((event) => event.name === 'datasets.changed').length
    })
    const job = await importEnds()
    expect(job).toMatchObject({ status: 'done', done: 12, total: 12, result: { items: 12, problems: 2 } })
    expect(seen).toBe(1)
    const [dataset] = await test.call('datasets.list', {})
    expect(dataset?.splitCounts.train).toBeGreaterThan(5)
    expect(Object.values(dataset?.splitCounts ?? {}).reduce((a, b) => a + b, 0)).toBe(12)
    const { items } = await test.call('datasets.items', {
      datasetId: 'toy',
      filter: { duplicates: true },
      offset: 0,
      limit: 10,
    })
    expect(items.map((item) => [item.id, item.duplicateOf])).toEqual([
      [1, null],
      [12, 1],
    ])
    expect(items[0]?.split).toBe(items[1]?.split)
    expect(items[0]?.split).not.toBe('test')
  })

  it('that is cancelled leaves nothing', async () => {
    test.trainer.script('import', async (child) => {
      mkdirSync(`${folderOf(child)}.partial`, { recursive: true })
      writeFileSync(join(`${folderOf(child)}.partial`, 'thumbs.bin'), 'x')
      sendItems(child)
      if ((await child.nextControl()) === 'cancel') finish(child, 'cancelled')
    })
    const { jobId } = await test.call('datasets.import', { source: test.folder, options: { name: 'toy' } })
    await test.when('jobs.changed', (job) => job.id === jobId && job.done > 0)
    expect(await test.call('jobs.cancel', { jobId })).toMatchObject({ status: 'cancelled', error: null })
    expect([await test.call('datasets.list', {}), leftovers()]).toEqual([[], []])
    test.trainer.script('import', importToy)
    await importToyDataset(test)
  })

  it('whose process dies leaves nothing, and says what it said last', async () => {
    test.trainer.script('import', (child) => {
      mkdirSync(folderOf(child), { recursive: true })
      sendItems(child)
      child.exit(134, null, 'free(): invalid pointer')
    })
    const job = await importEnds()
    expect(job.status).toBe('failed')
    expect(job.error).toMatchObject({ code: 'E_TRAINER_CRASHED' })
    expect(job.error?.message).toContain('invalid pointer')
    expect([await test.call('datasets.list', {}), leftovers()]).toEqual([[], []])
  })

  it('that is refused by the source says so', async () => {
    test.trainer.script('import', (child) => {
      child.send({
        type: 'failed',
        error: { code: 'E_SOURCE_FORMAT', message: 'Expected pictures.', fix: 'Choose others.' },
      })
      child.exit()
    })
    expect((await importEnds()).error).toEqual({
      code: 'E_SOURCE_FORMAT',
      message: 'Expected pictures.',
      fix: 'Choose others.',
    })
  })

  it('of nothing usable names the first problem', async () => {
    test.trainer.script('import', (child) => {
      child.send({ type: 'schema', kind: 'image', pack: null, labelColumns: [], featureColumns: [] })
      child.send({
        type: 'problems',
        problems: [{ path: 'a.jpg', code: 'zero-bytes', message: 'It is empty.', level: 'error' }],
      })
      finish(child)
    })
    expect((await importEnds()).error).toMatchObject({ code: 'E_SOURCE_EMPTY' })
    expect(test.events.some((event) => event.name === 'datasets.changed')).toBe(false)
  })

  it('keeps a test split of the source whole, and says which pictures it shares with others', async () => {
    test.trainer.script('import', (child) => {
      child.send({ type: 'schema', kind: 'image', pack: null, labelColumns: [], featureColumns: [] })
      const rows = [
        ['a', 'one', 'train'],
        ['b', 'one', 'test'],
        ['c', 'two', 'test'],
        ['d', 'two', 'test'],
      ] as const
      child.send({
        type: 'items',
        items: rows.map(([name, contentHash, split]) => ({ ...item, name, contentHash, split })),
      })
      finish(child)
    })
    await importEnds({ split: { train: 1, validation: 0, test: 0 } })
    const [dataset] = await test.call('datasets.list', {})
    expect(dataset?.splitCounts).toEqual({ train: 1, validation: 0, test: 3 })
    const { problems } = await test.call('datasets.problems', { datasetId: 'toy' })
    expect(problems.map(({ path, message }) => [path, message])).toEqual([
      ['b', 'Same content as a. The test split of the source stays whole: it is in test, the other in train.'],
      ['d', 'Same content as c. The test split of the source stays whole: it is in test, the other in test.'],
    ])
  })

  it('says first that one picture has two labels, and lists plain copies after it', async () => {
    test.trainer.script('import', (child) => {
      const column = { name: 'label', type: 'classification', classes: ['cat', 'dog'] } as const
      child.send({
        type: 'schema',
        kind: 'image',
        pack: null,
        labelColumns: [{ ...column, classes: [...column.classes] }],
        featureColumns: [],
      })
      const problem = { path: 'z.jpg', code: 'zero-bytes', message: 'It is empty.', level: 'error' } as const
      child.send({ type: 'problems', problems: [problem] })
      const rows = [
        ['a', 'one', null],
        ['b', 'one', 'cat'],
        ['c', 'one', 'cat'],
        ['d', 'one', 'dog'],
        ['e', 'two', 'dog'],
      ] as const
      const items = rows.map(([name, contentHash, label]) => ({
        ...item,
        name,
        contentHash,
        labels: { label },
        split: null,
      }))
      child.send({ type: 'items', items })
      finish(child)
    })
    await importEnds()
    const { problems } = await test.call('datasets.problems', { datasetId: 'toy' })
    expect(problems.map(({ path, code }) => [path, code])).toEqual([
      ['d', 'contradiction'],
      ['z.jpg', 'zero-bytes'],
      ['b', 'duplicate'],
      ['c', 'duplicate'],
    ])
    expect(problems[0]?.message).toContain(
      'The same picture as b with another label: "label" is "dog" here and "cat" there',
    )
  })

  it('keeps splits that the source gives, and paths inside the workspace relative', async () => {
    test.trainer.script('import', (child) => {
      const path = join(folderOf(child), 'files', 'a.png')
      mkdirSync(join(folderOf(child), 'files'), { recursive: true })
      writeFileSync(path, Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1'))
      child.send({ type: 'schema', kind: 'image', pack: null, labelColumns: [], featureColumns: [] })
      const splits = ['train', 'train', 'validation', 'test'] as const
      child.send({
        type: 'items',
        items: splits.map((split, i) => ({ ...item, name: `i${i}`, path, contentHash: `h${i}`, split })),
      })
      finish(child)
    })
    expect((await importEnds()).status).toBe('done')
    const { items } = await test.call('datasets.items', { datasetId: 'toy', offset: 0, limit: 10 })
    expect(items.map((entry) => entry.split)).toEqual(['train', 'train', 'validation', 'test'])
    const [dataset] = await test.call('datasets.list', {})
    expect(dataset?.labelColumns).toEqual([{ name: 'label', type: 'classification', classes: [] }])
    const media = test.workbench.media(['image', dataset?.id ?? '', '1'])
    expect(media).toMatchObject({ type: 'image/png', offset: 0, length: 12 })
  })
})

describe('pictures', () => {
  it('are found by ids, and by nothing else', async () => {
    const datasetId = await importToyDataset(test)
    const png = test.workbench.media(['thumb', datasetId, '3'])
    expect(png?.type).toBe('image/png')
    expect(png !== null && 'bytes' in png && Buffer.from(png.bytes.subarray(1, 4)).toString()).toBe('PNG')
    const wrong = [
      ['thumb', datasetId, '0'],
      ['thumb', datasetId, '13'],
      ['thumb', datasetId, '1', 'x'],
      ['thumb', datasetId],
      [],
      ['file', datasetId, '1'],
      ['thumb', 'toy', '1'],
      ['thumb', '../../etc', 'passwd'],
      ['thumb', datasetId, '../1'],
      ['thumb', '__proto__', '1'],
      ['thumb', datasetId, '1e0'],
    ]
    for (const path of wrong) expect(test.workbench.media(path), path.join('/')).toBeNull()
  })

  it('whose file is gone are no error', async () => {
    const datasetId = await importToyDataset(test)
    writeFileSync(join(test.folder, 'ws', 'datasets', datasetId, 'pixels.u8'), 'damaged')
    expect(test.workbench.media(['image', datasetId, '1'])).toBeNull()
    await test.call('workspace.close', {})
    expect(test.workbench.media(['image', datasetId, '1'])).toBeNull()
  })

  it('go with their dataset', async () => {
    const datasetId = await importToyDataset(test)
    await test.call('datasets.remove', { datasetId })
    expect(existsSync(join(test.folder, 'ws', 'datasets', datasetId))).toBe(false)
    expect(test.workbench.media(['thumb', datasetId, '1'])).toBeNull()
  })
})

const item = { path: null, row: null, labels: {}, width: 1, height: 1, channels: 1, values: null, thumb: null } as const

function folderOf(child: FakeChild): string {
  if (child.job.kind !== 'import') throw new Error('no import')
  return child.job.folder
}

function sendItems(child: FakeChild): void {
  child.send({ type: 'progress', done: 1, total: 2, message: 'reading' })
  child.send({ type: 'items', items: [{ ...item, name: 'a', contentHash: 'a', split: null }] })
}
