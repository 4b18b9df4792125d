import { describe, expect, it } from 'vitest'
import type { ImportOptions } from '../../../src-main/contract/datasets.ts'
import { planFolder } from '../../../src-main/data/plan-folder.ts'
import { findPathColumn, planLabels } from '../../../src-main/data/plan-labels.ts'
import { tableOf } from '../../support/table-of.ts'

const FILE = { path: 'labels.csv', absolute: '/root/labels.csv' }
const filesOf = (paths: readonly string[]) => paths.map((path) => ({ path, absolute: `/root/${path}` }))
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `${i}.png`)

const found = (paths: readonly string[], columns: string[], rows: string[][], missing?: string[]) =>
  findPathColumn(FILE, tableOf(columns, rows), filesOf(paths), '/root', missing)

function planned(paths: string[], columns: string[], rows: string[][], asked?: ImportOptions['labelColumns']) {
  const labels = found(paths, columns, rows)!
  const files = filesOf(paths)
  const scan = { files, emptyFolders: ['nothing'], problems: [], isComplete: true }
  return planLabels(planFolder(files, scan), labels, { labelColumns: asked })
}

describe('the column that names the images', () => {
  it('is the one that names most of them', () => {
    const rows = numbered(4).map((name, i) => [i < 2 ? name : 'x', String(100 + i), name, i % 2 ? 'a' : 'b'])
    const labels = found(numbered(4), ['old', 'n', 'file', 'kind'], rows)
    expect(labels).toMatchObject({ matched: 4, matches: [0, 1, 2, 3], file: FILE })
    expect(labels?.pathColumn.name).toBe('file')
  })

  it('is the first of those that name as many', () => {
    const labels = found(['a.png', 'b.png'], ['one', 'two'], [['a.png', 'b.png'], ['b.png', 'a.png']]) // prettier-ignore
    expect([labels?.pathColumn.name, labels?.matches]).toEqual(['one', [0, 1]])
  })

  it('names a fifth of the images or of the rows, whichever are fewer', () => {
    const rows = (count: number, hits: number) =>
      Array.from({ length: count }, (_, i) => [i < hits ? `${i}.png` : `z${i}`, `word ${i}`])
    expect(found(numbered(10), ['file', 'kind'], rows(10, 2))?.matched).toBe(2)
    expect(found(numbered(10), ['file', 'kind'], rows(10, 1))).toBeNull()
    expect(found(numbered(10), ['file', 'kind'], rows(40, 2))?.matched).toBe(2)
    expect(found(numbered(40), ['file', 'kind'], rows(10, 2))?.matched).toBe(2)
    expect(found(numbered(11), ['file', 'kind'], rows(11, 2))).toBeNull()
    expect(found(numbered(3), ['file', 'kind'], rows(3, 0))).toBeNull()
  })

  it('names more than one image, unless there is only one', () => {
    expect(found(['a.png', 'b.png'], ['file'], [['a.png'], ['a.png']])).toBeNull()
    expect(found(['a.png'], ['file'], [['a.png'], ['a.png']])).toMatchObject({ matched: 1, matches: [0, 0] })
  })

  it('is no column of splits', () => {
    expect(found(['train.png', 'test.png'], ['part'], [['train'], ['test']])).toBeNull()
  })

  it('reads the others with what was said to be missing', () => {
    const labels = found(['a.png', 'b.png'], ['file', 'size'], [['a.png', '-9'], ['b.png', '1']], ['-9']) // prettier-ignore
    expect(labels?.columns[1]?.missing).toBe(1)
  })

  it('knows which images a text may mean', () => {
    const labels = found(['x/A.png', 'y/a.png', 'b.png'], ['file'], [['b.png'], ['A.PNG']])
    expect(labels?.matches).toEqual([2, null])
    expect(labels?.alike('A.PNG')).toEqual(['x/A.png', 'y/a.png'])
  })
})

describe('a plan with labels', () => {
  const PATHS = ['a.png', 'b.png', 'c.png']
  const ROWS = [['b.png', 'x'], ['a.png', 'y'], ['c.png', 'x']] // prettier-ignore

  it('gives each image the row that names it', () => {
    const plan = planned(PATHS, ['file', 'kind'], ROWS)
    expect(plan).toMatchObject({
      layout: 'folder-with-labels',
      labelColumns: [{ name: 'kind', type: 'classification', classes: ['x', 'y'] }],
      problems: [],
    })
    expect(plan.images.map(({ path, labels, split }) => [path, labels, split])).toEqual([
      ['a.png', { kind: 'y' }, null],
      ['b.png', { kind: 'x' }, null],
      ['c.png', { kind: 'x' }, null],
    ])
  })

  it('takes a split of the file before one of the folders', () => {
    const paths = ['train/a/1.png', 'test/a/2.png', 'test/b/3.png']
    const rows = [['train/a/1.png', 'x', ' Val '], ['test/a/2.png', 'y', 'train'], ['test/b/3.png', 'x', '']] // prettier-ignore
    expect(planned(paths, ['file', 'kind', 'set'], rows).images.map(({ split }) => split)).toEqual([
      'validation',
      'train',
      'test',
    ])
    const without = rows.map((row) => row.slice(0, 2))
    expect(planned(paths, ['file', 'kind'], without).images.map(({ split }) => split)).toEqual([
      'train',
      'test',
      'test',
    ])
  })

  it('says an image of which one of several labels is missing, and keeps the split of one that is not listed', () => {
    const paths = ['train/1.png', 'test/2.png', 'test/3.png']
    const rows = [['1.png', 'x', '0.5', 'val'], ['2.png', 'y', '', 'train']] // prettier-ignore
    const asked = [{ name: 'kind' }, { name: 'size' }]
    const { images, problems } = planned(paths, ['file', 'kind', 'size', 'set'], rows, asked)
    expect(images.map(({ split }) => split)).toEqual(['validation', 'train', 'test'])
    expect(problems.map(({ path, code }) => [path, code])).toEqual([
      ['test/2.png', 'missing-label'],
      ['test/3.png', 'missing-label'],
    ])
  })

  it('says nothing of folders as classes, and everything else', () => {
    const paths = ['a/1.png', 'a/b/2.png', 'caf\u00e9/3.png', 'cafe\u0301/4.png']
    const rows = paths.map((path, i) => [path, `${i},234`])
    const { problems } = planned(paths, ['file', 'size'], rows, [{ name: 'size', type: 'regression' }])
    expect(problems.map(({ path, code }) => [path, code])).toEqual([
      ['cafe\u0301', 'unicode-forms'],
      ['size', 'bad-value'],
    ])
  })

  it('says an image that lacks one of several labels', () => {
    const rows = [['a.png', 'x', '1.5'], ['b.png', 'y', ''], ['c.png', 'x', '2.5']] // prettier-ignore
    const { problems, images } = planned(PATHS, ['file', 'kind', 'size'], rows)
    expect(images.map(({ labels }) => labels)).toEqual([
      { kind: 'x', size: 1.5 },
      { kind: 'y', size: null },
      { kind: 'x', size: 2.5 },
    ])
    expect(problems).toEqual([
      {
        path: 'b.png',
        code: 'missing-label',
        message: 'A label is missing or cannot be read (line 3).',
        level: 'warning',
      },
    ])
  })

  it('says which rows say nothing new, and which images have no label', () => {
    const rows = [['a.png', 'x'], ['b.png', ''], ['a.png', 'y'], ['other.png', 'x'], ['C.png', 'y']] // prettier-ignore
    const { problems, images } = planned(['a.png', 'b.png', 'c.PNG', 'c.png', 'd.png'], ['file', 'kind'], rows)
    expect(images.map(({ labels }) => labels['kind'])).toEqual(['x', null, null, null, null])
    expect(problems).toEqual([
      {
        path: 'line 4',
        code: 'duplicate-row',
        message: 'a.png is listed more than once; the first row counts.',
        level: 'warning',
      },
      {
        path: 'b.png',
        code: 'missing-label',
        message: 'A label is missing or cannot be read (line 3).',
        level: 'warning',
      },
      ...['c.PNG', 'c.png', 'd.png'].map((path) => ({
        path,
        code: 'missing-label',
        message: 'labels.csv says nothing about it; imported without label.',
        level: 'warning',
      })),
      {
        path: 'line 5',
        code: 'missing-file',
        message: 'No image of the folder is called "other.png".',
        level: 'error',
      },
      {
        path: 'line 6',
        code: 'missing-file',
        message:
          'No image of the folder is called "C.png". It may mean "c.PNG" or "c.png" (only folder, case or Unicode form differ).',
        level: 'error',
      },
    ])
  })

  it('names three images that may be meant, and 200 letters of a name', () => {
    const paths = ['1/a.png', '2/a.png', '3/a.png', '4/a.png', 'b.png']
    const rows = [['b.png', 'x'], ['A.png', 'y'], ['z'.repeat(300), 'y']] // prettier-ignore
    const { problems } = planned(paths, ['file', 'kind'], rows)
    expect(problems.at(-2)?.message).toContain('mean "1/a.png" or "2/a.png" or "3/a.png" (only')
    expect(problems.at(-1)?.message).toBe(`No image of the folder is called "${'z'.repeat(200)}".`)
  })

  it('takes the labels that were asked for', () => {
    const rows = ROWS.map((row, i) => [...row, String(i)])
    const plan = planned(PATHS, ['file', 'kind', 'size'], rows, [{ name: 'size', type: 'regression' }])
    expect(plan.labelColumns).toEqual([{ name: 'size', type: 'regression', classes: [] }])
    expect(plan.images.map(({ labels }) => labels)).toEqual([{ size: 1 }, { size: 0 }, { size: 2 }])
    const many = numbered(30).map((name, i) => [name, String(i)])
    expect(planned(numbered(30), ['file', 'size'], many).problems).toMatchObject([
      { path: 'size', message: expect.stringContaining('30 different whole numbers') as string },
    ])
  })

  it('passes on what was wrong with the file', () => {
    const problem = { path: 'line 9', code: 'bad-row', message: 'm', level: 'error' } as const
    const labels = findPathColumn(
      FILE,
      tableOf(['file', 'kind'], ROWS, { problems: [problem] }),
      filesOf(PATHS),
      '/root',
    )
    const scan = { files: filesOf(PATHS), emptyFolders: [], problems: [], isComplete: true }
    expect(planLabels(planFolder(scan.files, scan), labels!, {}).problems).toEqual([problem])
  })
})
