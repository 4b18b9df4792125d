import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ImportJob } from '../../../src-main/contract/trainer.ts'
import { inspectSource } from '../../../src-main/data/inspect-source.ts'
import { importHere } from '../../support/import-here.ts'

let root: string
let folder: string
let count = 0
beforeAll(() => (root = mkdtempSync(join(tmpdir(), 'graft-layout-'))))
afterAll(() => rmSync(root, { recursive: true }))
beforeEach(() => (folder = join(root, `source-${count++}`)))

async function images(...paths: string[]): Promise<void> {
  for (const path of paths) {
    const background = { r: count++ % 256, g: 90, b: 90 }
    const bytes = await sharp({ create: { width: 4, height: 4, channels: 3, background } })
      .png()
      .toBuffer()
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
}

const load = (options: Partial<ImportJob['options']> = {}, source = folder) =>
  importHere(source, join(root, `out-${count++}`), options)
const told = ({ items }: Awaited<ReturnType<typeof load>>) =>
  Object.fromEntries(items.map((item) => [item.name, [item.labels.label ?? null, item.split]]))

describe('folders', () => {
  it('give a class each, with nested names, in a fixed order', async () => {
    await images('cats/1.png', 'dogs/small/2.png', 'dogs/3.png', 'cats/Zoo/4.png')
    const result = await load()
    expect(result.schema.labelColumns[0]?.classes).toEqual(['cats', 'cats/Zoo', 'dogs', 'dogs/small'])
    expect(told(result)['dogs/small/2.png']).toEqual(['dogs/small', null])
    expect(await inspectSource(folder)).toMatchObject({
      layout: 'folder-per-class',
      summary: '4 classes, 4 images; one folder per class',
      suggestedLabels: ['label'],
    })
  })

  it('below a class are classes of their own, which is said; folders without a class above are not', async () => {
    await images('cats/1.png', 'cats/Zoo/4.png', 'cats/Zoo/old/5.png', 'dogs/small/2.png', 'dogs/big/3.png')
    const { problems } = await load()
    expect(problems.map(({ path, code, level }) => [path, code, level])).toEqual([
      ['cats/Zoo', 'nested-class', 'warning'],
      ['cats/Zoo/old', 'nested-class', 'warning'],
    ])
    expect(problems[0]?.message).toContain('becomes the class "cats/Zoo"')
  })

  it('of one name in two Unicode forms are one class', async () => {
    await images('train/caf\u00e9/1.png', 'train/b/2.png', 'test/cafe\u0301/3.png', 'test/b/4.png')
    expect((await load()).schema.labelColumns[0]?.classes).toEqual(['b', 'caf\u00e9'])
  })

  it('that look alike side by side are one class, which is said', async () => {
    await images('caf\u00e9/1.png', 'cafe\u0301/2.png', 'b/3.png')
    const { problems, schema } = await load()
    expect(schema.labelColumns[0]?.classes).toEqual(['b', 'caf\u00e9'])
    expect(problems).toMatchObject([{ code: 'unicode-forms', level: 'warning' }])
    expect(problems[0]?.message).toContain('"caf\u00e9" is there twice')
  })

  it('without a readable image give no class, and are named', async () => {
    await images('cat/1.png', 'dog/2.png')
    mkdirSync(join(folder, 'bird'))
    writeFileSync(join(folder, 'bird', 'x.png'), 'no picture')
    const { schema, problems } = await load()
    expect(schema.labelColumns[0]?.classes).toEqual(['cat', 'dog'])
    expect(problems.map(({ path, code }) => [path, code])).toEqual([
      ['bird/x.png', 'not-an-image'],
      ['bird', 'empty-class'],
    ])
  })

  it('are ordered by value when they are numbers', async () => {
    await images('10/a.png', '9/b.png', '2/c.png')
    expect((await load()).schema.labelColumns[0]?.classes).toEqual(['2', '9', '10'])
  })

  it.each(['val', 'valid', 'validation', 'Validation'])('give splits, also called %s', async (name) => {
    await images('train/a/1.png', 'train/b/2.png', `${name}/a/3.png`, 'test/4.png')
    expect(told(await load())).toEqual({
      'train/a/1.png': ['a', 'train'],
      'train/b/2.png': ['b', 'train'],
      [`${name}/a/3.png`]: ['a', 'validation'],
      'test/4.png': [null, 'test'],
    })
  })

  it('are no split when there is only train, or when other classes stand beside it', async () => {
    await images('train/a/1.png', 'train/b/2.png')
    expect(told(await load())).toEqual({ 'train/a/1.png': ['a', null], 'train/b/2.png': ['b', null] })
    folder = join(root, `source-${count++}`)
    await images('train/1.png', 'car/2.png')
    expect(told(await load())).toEqual({ 'train/1.png': ['train', null], 'car/2.png': ['car', null] })
  })

  it('that all images share give no class, but a single one does', async () => {
    await images('photos/new/a/1.png', 'photos/new/b/2.png')
    expect(told(await load())).toEqual({ 'photos/new/a/1.png': ['a', null], 'photos/new/b/2.png': ['b', null] })
    folder = join(root, `source-${count++}`)
    await images('cats/1.png', 'cats/2.png')
    expect(told(await load())).toEqual({ 'cats/1.png': ['cats', null], 'cats/2.png': ['cats', null] })
  })

  it('without folders are unlabelled', async () => {
    await images('1.png', '2.png')
    const result = await load()
    expect(result.schema.labelColumns).toEqual([])
    expect(await inspectSource(folder)).toMatchObject({ layout: 'flat-folder', summary: '2 images without labels' })
  })

  it('without anything usable are refused with the reasons', async () => {
    mkdirSync(folder)
    await expect(load()).rejects.toMatchObject({ code: 'E_SOURCE_EMPTY' })
    writeFileSync(join(folder, 'broken.jpg'), 'no')
    await expect(load()).rejects.toMatchObject({ code: 'E_SOURCE_EMPTY' })
    await expect(load({}, join(folder, 'missing'))).rejects.toMatchObject({ code: 'E_SOURCE_PATH' })
    await expect(load({}, join(folder, 'broken.jpg'))).rejects.toMatchObject({ code: 'E_SOURCE_FORMAT' })
  })

  it('are refused when they hold several tables and no image', async () => {
    mkdirSync(folder)
    writeFileSync(join(folder, 'a.csv'), 'x,y\n1,2\n')
    expect((await load()).schema.kind).toBe('table')
    writeFileSync(join(folder, 'b.csv'), 'x,y\n1,2\n')
    await expect(load()).rejects.toMatchObject({
      code: 'E_SOURCE_FORMAT',
      message: expect.stringContaining('a.csv, b.csv'),
    })
  })
})

describe('label files', () => {
  it('as CSV give several columns, and say what is missing', async () => {
    await images('pics/1.png', 'pics/2.png', 'pics/3.png', 'pics/4.png')
    writeFileSync(
      join(folder, 'labels.csv'),
      'file,colour,weight\n1.png,red,1.5\n2.png,green,\n3.png,red,3\n9.png,red,4\n3.png,green,5\n',
    )
    const { items, schema, problems } = await load()
    expect(schema.labelColumns).toEqual([
      { name: 'colour', type: 'classification', classes: ['green', 'red'] },
      { name: 'weight', type: 'regression', classes: [] },
    ])
    expect(items.map((item) => item.labels)).toEqual([
      { colour: 'red', weight: 1.5 },
      { colour: 'green', weight: null },
      { colour: 'red', weight: 3 },
      { colour: null, weight: null },
    ])
    expect(problems.map(({ path, code, level }) => [path, code, level])).toEqual([
      ['line 6', 'duplicate-row', 'warning'],
      ['pics/2.png', 'missing-label', 'warning'],
      ['pics/4.png', 'missing-label', 'warning'],
      ['line 5', 'missing-file', 'error'],
    ])
    expect(await inspectSource(folder)).toMatchObject({
      layout: 'folder-with-labels',
      count: 4,
      suggestedLabels: ['colour', 'weight'],
      summary: expect.stringContaining('labels.csv'),
    })
  })

  it('take the options, a given split, paths of Windows, and names without extension', async () => {
    await images('a/1.png', 'a/2.png', 'b/1.png')
    writeFileSync(
      join(folder, 'labels.tsv'),
      'image\tkind\tset\na\\1\tx\ttrain\n.\\a\\2\ty\ttest\nb\\1.png\tx\ttrain\n',
    )
    const { items, schema } = await load({ labelColumns: [{ name: 'kind' }] })
    expect(schema.labelColumns).toEqual([{ name: 'kind', type: 'classification', classes: ['x', 'y'] }])
    expect(items.map((item) => [item.labels.kind, item.split])).toEqual([
      ['x', 'train'],
      ['y', 'test'],
      ['x', 'train'],
    ])
    await expect(load({ labelColumns: [{ name: 'no' }] })).rejects.toMatchObject({ code: 'E_DATASET_LABEL' })
  })

  it.each([
    ['{path: label}', { '1.png': 'x', '2.png': 'y' }, 'label'],
    ['{path: {column: value}}', { '1.png': { kind: 'x' }, '2.png': { kind: 'y', more: [1] } }, 'kind'],
    [
      '[{file, ...}]',
      [
        { file: '1.png', kind: 'x' },
        { file: '2.png', kind: 'y' },
      ],
      'kind',
    ],
  ])('as JSON: %s', async (_name, value, column) => {
    await images('1.png', '2.png')
    writeFileSync(join(folder, 'labels.json'), JSON.stringify(value))
    const { items } = await load({ labelColumns: [{ name: column }] })
    expect(items.map((item) => item.labels)).toEqual([{ [column]: 'x' }, { [column]: 'y' }])
  })

  it('find images in another case or Unicode form where only one is meant, and name those that may be meant', async () => {
    await images('IMG_0.PNG', 'Caf\u0065\u0301.png', 'A.png', 'a.PNG', 'b.png')
    writeFileSync(join(folder, 'labels.csv'), 'file,label\nimg_0.png,x\nCAF\u00c9.png,y\na.png,x\na.PNG,y\nb.png,x\n')
    const { items, problems } = await load()
    expect(Object.fromEntries(items.map(({ name, labels }) => [name, labels.label]))).toEqual({
      'IMG_0.PNG': 'x',
      'Caf\u0065\u0301.png': 'y',
      'A.png': null,
      'a.PNG': 'y',
      'b.png': 'x',
    })
    expect(problems.find(({ code }) => code === 'missing-file')?.message).toContain('It may mean "A.png" or "a.PNG"')
  })

  it('may be the chosen file', async () => {
    await images('1.png', '2.png')
    writeFileSync(join(folder, 'list.csv'), 'image,kind\n1.png,x\n2.png,y\n')
    const { items } = await load({}, join(folder, 'list.csv'))
    expect(items.map((item) => item.labels.kind)).toEqual(['x', 'y'])
  })

  it('that are about something else, or damaged, leave the folders as they are', async () => {
    await images('a/1.png', 'b/2.png')
    writeFileSync(join(folder, 'package.json'), '{"name": "x", "version": {"a": 1}}')
    writeFileSync(join(folder, 'broken.json'), '{"a/1.png": ')
    writeFileSync(join(folder, 'other.csv'), 'x,y\n1,2\n')
    const result = await load()
    expect(told(result)).toEqual({ 'a/1.png': ['a', null], 'b/2.png': ['b', null] })
    expect(result.problems.map(({ path, level }) => [path, level])).toEqual([
      ['broken.json', 'warning'],
      ['other.csv', 'warning'],
      ['package.json', 'warning'],
    ])
  })

  it('never reach into prototypes', async () => {
    await images('1.png', '2.png')
    writeFileSync(
      join(folder, 'labels.json'),
      '{"1.png": {"__proto__": "x", "kind": "a"}, "2.png": {"__proto__": "y", "kind": "b"}}',
    )
    const { items } = await load({ labelColumns: [{ name: 'kind' }] })
    expect(items.map((item) => item.labels)).toEqual([{ kind: 'a' }, { kind: 'b' }])
    expect(({} as Record<string, unknown>).kind).toBeUndefined()
  })
})
