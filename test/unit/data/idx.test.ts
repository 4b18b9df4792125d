import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { GraftError } from '../../../src-main/contract/errors.ts'
import { inspectSource } from '../../../src-main/data/inspect-source.ts'
import { openPack } from '../../../src-main/data/pack.ts'
import { importHere } from '../../support/import-here.ts'

let root: string
let folder: string
let count = 0

beforeAll(() => (root = mkdtempSync(join(tmpdir(), 'graft-idx-'))))
afterAll(() => rmSync(root, { recursive: true }))
beforeEach(() => (folder = mkdtempSync(join(root, 'set-'))))

function idx(shape: readonly number[], data: readonly number[]): Buffer {
  const header = Buffer.alloc(4 + shape.length * 4)
  header.set([0, 0, 8, shape.length])
  shape.forEach((length, i) => header.writeUInt32BE(length, 4 + i * 4))
  return Buffer.concat([header, Buffer.from(data)])
}

const put = (name: string, bytes: Uint8Array): void => writeFileSync(join(folder, name), bytes)
const out = (): string => join(root, `out-${count++}`)

describe('IDX pairs', () => {
  it('give packed pixels, labels, and the split that MNIST names give', async () => {
    put('train-images-idx3-ubyte.gz', gzipSync(idx([3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4])))
    put('train-labels-idx1-ubyte.gz', gzipSync(idx([3], [9, 10, 9])))
    put('t10k-images-idx3-ubyte', idx([1, 2, 2], [0, 0, 0, 255]))
    put('t10k-labels-idx1-ubyte', idx([1], [2]))
    const target = out()
    const { items, schema, problems } = await importHere(folder, target)
    expect(problems).toEqual([])
    expect(schema.labelColumns).toEqual([{ name: 'label', type: 'classification', classes: ['2', '9', '10'] }])
    expect(items.map(({ row, split, labels }) => [row, split, labels.label])).toEqual([
      [0, 'train', '9'],
      [1, 'train', '10'],
      [2, 'train', '9'],
      [3, 'test', '2'],
    ])
    expect(items[0]?.contentHash).toBe(items[2]?.contentHash)
    const pack = openPack(schema.pack ?? '')
    expect([pack.rows, pack.shape]).toEqual([4, { height: 2, width: 2, channels: 1 }])
    expect([...pack.row(1)]).toEqual([5, 6, 7, 8])
    expect([...pack.row(3)]).toEqual([0, 0, 0, 255])
    expect(() => pack.row(4)).toThrow(RangeError)
    pack.close()
    expect(await inspectSource(folder)).toMatchObject({ layout: 'idx', count: 4, suggestedLabels: ['label'] })
  })

  it('are found from either file, and split by Graft when alone', async () => {
    put('train-images-idx3-ubyte', idx([2, 1, 1], [7, 8]))
    put('train-labels-idx1-ubyte', idx([2], [0, 1]))
    for (const name of ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte']) {
      const { items } = await importHere(join(folder, name), out())
      expect(items.map(({ split, labels }) => [split, labels.label])).toEqual([
        [null, '0'],
        [null, '1'],
      ])
    }
  })

  it('may lack labels', async () => {
    put('some-images-idx3-ubyte', idx([1, 1, 2], [7, 8]))
    const { items, schema } = await importHere(folder, out())
    expect([items[0]?.labels, schema.labelColumns]).toEqual([{}, []])
  })

  it.each([
    ['a truncated file', idx([2, 2, 2], [1, 2, 3]), idx([2], [0, 1]), /missing at its end/],
    ['too much data', idx([1, 1, 1], [1, 2]), idx([1], [0]), /goes on/],
    ['too few labels', idx([2, 1, 1], [1, 2]), idx([1], [0]), /2 images, 1 label\./],
    ['labels for images', idx([2], [1, 2]), idx([2], [0, 1]), /images x height x width/],
    ['other numbers', Buffer.from([0, 0, 0x0d, 1, 0, 0, 0, 1]), idx([1], [0]), /.*/],
    ['damaged gzip', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8]), idx([1], [0]), /.*/],
  ])('refuse %s', async (_name, images, labels, message) => {
    put('train-images-idx3-ubyte', images)
    put('train-labels-idx1-ubyte', labels)
    const error = await importHere(folder, out()).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(GraftError)
    expect((error as GraftError).message).toMatch(message)
  })
})
