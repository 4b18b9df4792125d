import { describe, expect, it } from 'vitest'
import { classNames, planFolder, splitOfName } from '../../../src-main/data/plan-folder.ts'
import type { Scan } from '../../../src-main/data/scan-folder.ts'

function plan(paths: readonly string[], scan: Partial<Scan> = {}) {
  const files = paths.map((path) => ({ path, absolute: `/root/${path}` }))
  return planFolder(files, { files, emptyFolders: [], problems: [], isComplete: true, ...scan })
}
const labelled = (...paths: string[]) => plan(paths).images.map(({ labels, split }) => [labels['label'] ?? null, split])
const told = (...paths: string[]) => plan(paths).problems.map(({ path, code }) => [path, code])

describe('the name of a split', () => {
  it.each([
    ['train', 'train'],
    ['Training', 'train'],
    ['val', 'validation'],
    ['VALID', 'validation'],
    ['validation', 'validation'],
    ['test', 'test'],
    ['testing', 'test'],
    ['tests', null],
    ['', null],
    ['toString', null],
    ['constructor', null],
  ])('%j is %s', (name, split) => expect(splitOfName(name)).toBe(split))
})

describe('names of classes', () => {
  it('are distinct, by value where all are whole numbers, else by code units', () => {
    expect(classNames(['b', 'a', 'B', 'a', null, undefined])).toEqual(['B', 'a', 'b'])
    expect(classNames([10, '9', -1, '9'])).toEqual(['-1', '9', '10'])
    expect(classNames(['10', '9', 'a'])).toEqual(['10', '9', 'a'])
    expect(classNames(['10', '9', '1.5'])).toEqual(['1.5', '10', '9'])
    expect(classNames(['7', '07', '007'])).toEqual(['007', '07', '7'])
    expect(classNames([])).toEqual([])
    // Beyond 15 digits two numbers could be one.
    expect(classNames(['9007199254740993', '10'])).toEqual(['10', '9007199254740993'])
    expect(classNames(['9007199254740993', '9'])).toEqual(['9', '9007199254740993'])
    expect(classNames(['1000000000000000', '9'])).toEqual(['1000000000000000', '9'])
    expect(classNames(['100000000000000', '9'])).toEqual(['9', '100000000000000'])
  })
})

describe('a folder per class', () => {
  it('says what it is', () => {
    const { kind, layout, images, labelColumns, isComplete } = plan(['a/1.png', 'b/2.png'], { isComplete: false })
    expect({ kind, layout, labelColumns, isComplete }).toEqual({
      kind: 'images',
      layout: 'folder-per-class',
      labelColumns: [{ name: 'label', type: 'classification', classes: ['a', 'b'] }],
      isComplete: false,
    })
    expect(images[1]).toEqual({ path: 'b/2.png', absolute: '/root/b/2.png', labels: { label: 'b' }, split: null })
  })

  it('may stand below folders that all images share', () => {
    expect(labelled('photos/new/a/1.png', 'photos/new/b/2.png')).toEqual([['a', null], ['b', null]]) // prettier-ignore
    expect(labelled('photos/a/1.png', 'photos/b/c/2.png')).toEqual([['a', null], ['b/c', null]]) // prettier-ignore
    expect(labelled('photos/1.png', 'photos/b/2.png')).toEqual([[null, null], ['b', null]]) // prettier-ignore
  })

  it('may be one folder alone: the deepest is the class', () => {
    expect(labelled('cats/1.png', 'cats/2.png')).toEqual([['cats', null], ['cats', null]]) // prettier-ignore
    expect(labelled('all/cats/1.png')).toEqual([['cats', null]])
  })

  it('beside images without one leaves those without label', () => {
    expect(labelled('a/1.png', '2.png')).toEqual([['a', null], [null, null]]) // prettier-ignore
  })

  it('names it in one Unicode form', () => {
    expect(labelled('cafe\u0301/1.png', 'b/1.png')[0]).toEqual(['caf\u00e9', null])
  })
})

describe('folders of splits', () => {
  it('give the split, above the classes', () => {
    expect(labelled('train/a/1.png', 'val/b/2.png', 'test/3.png')).toEqual([
      ['a', 'train'],
      ['b', 'validation'],
      [null, 'test'],
    ])
    expect(labelled('data/train/a/1.png', 'data/test/b/2.png')).toEqual([['a', 'train'], ['b', 'test']]) // prettier-ignore
  })

  it('are none without train, beside another folder, beside a loose image, or when there is one alone', () => {
    expect(labelled('test/a/1.png', 'val/b/2.png')).toEqual([['test/a', null], ['val/b', null]]) // prettier-ignore
    expect(labelled('train/1.png', 'car/2.png')).toEqual([['train', null], ['car', null]]) // prettier-ignore
    expect(labelled('train/a/1.png', 'train/b/2.png')).toEqual([['a', null], ['b', null]]) // prettier-ignore
    expect(labelled('train/a/1.png', 'training/b/2.png')).toEqual([['a', null], ['b', null]]) // prettier-ignore
    expect(labelled('train/a/1.png', 'train/a/2.png')).toEqual([['a', null], ['a', null]]) // prettier-ignore
    expect(labelled('train/1.png', 'train/2.png')).toEqual([[null, null], [null, null]]) // prettier-ignore
  })

  it('that are test or validation alone are folders that all images share', () => {
    expect(labelled('test/a/1.png', 'test/b/2.png')).toEqual([['a', null], ['b', null]]) // prettier-ignore
    expect(labelled('data/val/a/1.png', 'data/val/b/c/2.png')).toEqual([['a', null], ['b/c', null]]) // prettier-ignore
  })

  it('leave a loose image beside them without either', () => {
    expect(labelled('train/a/1.png', 'test/b/2.png', '3.png')).toEqual([
      ['a', 'train'],
      ['b', 'test'],
      [null, null],
    ])
  })
})

describe('a flat folder', () => {
  it('has no labels, and says what the scan found', () => {
    const problem = { path: 'x', code: 'unreadable', message: 'm', level: 'error' } as const
    const { layout, images, labelColumns, problems, isComplete } = plan(['1.png', '2.png'], {
      problems: [problem],
      isComplete: false,
    })
    expect({ layout, labelColumns, problems, isComplete }).toEqual({
      layout: 'flat-folder',
      labelColumns: [],
      problems: [problem],
      isComplete: false,
    })
    expect(images.map(({ labels, split }) => [labels, split])).toEqual([[{}, null], [{}, null]]) // prettier-ignore
    expect(plan([]).images).toEqual([])
  })
})

describe('what may be meant in another way', () => {
  it('a class below a class is said once, with the folder it was first seen in', () => {
    const { problems } = plan([
      'train/cats/1.png',
      'train/cats/old/big/2.png',
      'test/cats/old/big/3.png',
      'train/x/y/4.png',
    ])
    expect(problems).toEqual([
      {
        path: 'train/cats/old/big',
        code: 'nested-class',
        level: 'warning',
        message:
          'The folder lies below the class "cats" and becomes the class "cats/old/big"; move its images up if they are "cats".',
      },
    ])
    expect(told('a/1.png', 'a/b/2.png', 'a/b/c/3.png', 'ab/4.png')).toEqual([
      ['a/b', 'nested-class'],
      ['a/b/c', 'nested-class'],
    ])
    expect(plan(['a/1.png', 'a/b/2.png', 'a/b/c/3.png', 'z/4.png']).problems[1]?.message).toContain(
      'below the class "a/b" and',
    )
  })

  it('folders that look alike are said once each', () => {
    const [composed, decomposed] = ['caf\u00e9', 'cafe\u0301']
    expect(
      told(`${composed}/1.png`, `${decomposed}/2.png`, `${decomposed}/3.png`, `${composed}/4.png`, 'b/5.png'),
    ).toEqual([[decomposed, 'unicode-forms']])
    expect(told(`${composed}/1.png`, `${composed}/2.png`)).toEqual([])
    expect(plan([`${composed}/1.png`, `${decomposed}/2.png`]).problems[0]).toMatchObject({
      level: 'warning',
      message: expect.stringContaining(`The folder "${composed}" is there twice`) as string,
    })
  })

  it('an empty folder is said, but not the whole of it', () => {
    expect(plan(['a/1.png', 'b/2.png'], { emptyFolders: ['', 'c'] }).problems).toEqual([
      { path: 'c', code: 'empty-class', message: 'The folder holds no file; it gives no class.', level: 'warning' },
    ])
  })
})
