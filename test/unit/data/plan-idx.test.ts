import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { idxFolder, planIdx, planIdxFile } from '../../../src-main/data/plan-idx.ts'

const IDX = Buffer.from([0, 0, 8, 1, 0, 0, 0, 0])
let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'graft-pairs-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const put = (...names: string[]): void => {
  for (const name of names) writeFileSync(join(folder, name), name.endsWith('.gz') ? gzipSync(IDX) : IDX)
}
/** By names instead of paths. */
const pairsOf = (plan: ReturnType<typeof planIdx>) =>
  plan?.pairs.map(({ images, labels, split }) => [images, labels, split].map((one) => one?.replace(`${folder}/`, '') ?? null)) // prettier-ignore
const planned = () => pairsOf(planIdx(idxFolder(folder)))
const unused = () => planIdx(idxFolder(folder))?.problems.map(({ path }) => path)

describe('a folder of pairs', () => {
  it('is read by the names of MNIST, in the order of the splits', () => {
    put('train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte')
    put('valid-images-idx3-ubyte', 'valid-labels-idx1-ubyte')
    expect(planned()).toEqual([
      ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz', 'train'],
      ['valid-images-idx3-ubyte', 'valid-labels-idx1-ubyte', 'validation'],
      ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte', 'test'],
    ])
    expect(unused()).toEqual([])
  })

  it.each([
    ['train-images-idx3-ubyte', 'train'],
    ['emnist-letters-train-images-idx3-ubyte', 'train'],
    ['kmnist_test-images.idx', 'test'],
    ['my.val.images.idx3', 'validation'],
    ['trained.images.idx3', 'train'],
    ['strain-images-idx3-ubyte', null],
    ['contest-images-idx3-ubyte', null],
    ['oval-images-idx3-ubyte', null],
  ])('%s is of split %s', (name, split) => {
    put(name, 'other-train-images-idx3-ubyte')
    const other = split === null ? null : 'train'
    expect(
      planned()
        ?.map(([images, , given]) => [images, given])
        .sort(),
    ).toEqual(
      [[name, split], ['other-train-images-idx3-ubyte', other]].sort(), // prettier-ignore
    )
  })

  it('has no split where one pair has none, or where it is alone', () => {
    put('train-images-idx3-ubyte')
    expect(planned()).toEqual([['train-images-idx3-ubyte', null, null]])
    put('more-images-idx3-ubyte', 'test-images-idx3-ubyte')
    expect(planned()).toEqual([
      ['more-images-idx3-ubyte', null, null],
      ['train-images-idx3-ubyte', null, null],
      ['test-images-idx3-ubyte', null, null],
    ])
  })

  it('may have one of a pair zipped', () => {
    put('train-images-idx3-ubyte', 'train-labels-idx1-ubyte.gz', 'test-image.idx3.gz', 'test-labels.idx1')
    expect(planned()).toEqual([
      ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte.gz', 'train'],
      ['test-image.idx3.gz', 'test-labels.idx1', 'test'],
    ])
  })

  it('may call one of them in the singular, and hold .gz within its name', () => {
    put('train-image.idx3', 'train-labels.idx1', 'test-images.idx3', 'test-label.idx1', 'my.gz.val-images.idx3', 'my.gz.val-labels.idx1') // prettier-ignore
    expect(planned()).toEqual([
      ['train-image.idx3', 'train-labels.idx1', 'train'],
      ['my.gz.val-images.idx3', 'my.gz.val-labels.idx1', 'validation'],
      ['test-images.idx3', 'test-label.idx1', 'test'],
    ])
    expect(unused()).toEqual([])
  })

  it('says what lies beside them, but not what systems leave', () => {
    put('train-images-idx3-ubyte', 'notes.txt', '.DS_Store', 'other-labels-idx1-ubyte')
    expect(planIdx(idxFolder(folder))?.problems).toEqual(
      ['notes.txt', 'other-labels-idx1-ubyte'].map((path) => ({
        path,
        code: 'not-an-image',
        message: 'It belongs to no pair of IDX files; it is not used.',
        level: 'warning',
      })),
    )
  })

  it('lists a hundred of them', () => {
    put('train-images-idx3-ubyte', ...Array.from({ length: 100 }, (_, i) => `${100 + i}.txt`))
    expect(unused()).toHaveLength(100)
    expect(unused()?.at(-1)).toBe('199.txt')
    put('200.txt', '201.txt')
    expect(unused()).toHaveLength(101)
    expect(planIdx(idxFolder(folder))?.problems.at(-1)).toMatchObject({
      path: '',
      message: '2 more beside the pairs of IDX files are not used.',
    })
  })

  it('is none without images', () => {
    put('train-labels-idx1-ubyte', 'images.txt')
    expect(planned()).toBeUndefined()
    writeFileSync(join(folder, 'train-images-idx3-ubyte'), 'no IDX file')
    expect(planned()).toBeUndefined()
    expect(planIdx(new Map([['train-images-idx3-ubyte', join(folder, 'gone-idx')]]))).toBeNull()
  })
})

describe('one file of a pair', () => {
  it('stands for both, whichever it is, and nothing is said of others', () => {
    put('train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 'notes.txt', 'test-images-idx3-ubyte')
    for (const name of ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte']) {
      const plan = planIdxFile(join(folder, name))
      expect(pairsOf(plan)).toEqual([['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', null]])
      expect(plan?.problems).toEqual([])
    }
  })

  it('may be of a pair whose names are in the singular', () => {
    put('image-idx3-ubyte', 'label-idx1-ubyte.gz')
    for (const name of ['image-idx3-ubyte', 'label-idx1-ubyte.gz'])
      expect(pairsOf(planIdxFile(join(folder, name)))).toEqual([['image-idx3-ubyte', 'label-idx1-ubyte.gz', null]])
  })

  it('is none when it is no IDX file, or neither images nor labels', () => {
    put('notes.txt', 'labels.csv', 'train-idx3-ubyte')
    for (const name of ['notes.txt', 'labels.csv']) expect(planIdxFile(join(folder, name))).toBeNull()
    expect(planIdxFile(join(folder, 'train-idx3-ubyte'))).toBeNull()
  })

  it('of labels alone is refused', () => {
    put('train-labels-idx1-ubyte')
    expect(() => planIdxFile(join(folder, 'train-labels-idx1-ubyte'))).toThrow(
      expect.objectContaining({
        code: 'E_SOURCE_FORMAT',
        message: 'Expected the images that belong to train-labels-idx1-ubyte beside it. Received: none.',
        fix: expect.stringContaining('one folder') as string,
      }) as Error,
    )
  })
})
