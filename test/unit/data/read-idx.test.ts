import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { looksLikeIdx, readIdx } from '../../../src-main/data/idx.ts'
import { inspectIdx } from '../../../src-main/data/inspect-idx.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-idx-'))
  path = join(folder, 'a-idx')
})
afterEach(() => rmSync(folder, { recursive: true }))

function idx(shape: readonly number[], data: readonly number[] | Uint8Array): Buffer {
  const header = Buffer.alloc(4 + shape.length * 4)
  header.set([0, 0, 8, shape.length])
  shape.forEach((length, i) => header.writeUInt32BE(length, 4 + i * 4))
  return Buffer.concat([header, Buffer.from(data)])
}
async function read(bytes: Uint8Array, signal?: AbortSignal) {
  writeFileSync(path, bytes)
  const headers: (readonly number[])[] = []
  const pieces: Buffer[] = []
  const { shape } = await readIdx(path, signal, (header) => void headers.push(header.shape), (piece) => void pieces.push(piece)) // prettier-ignore
  expect(headers).toEqual([shape])
  return { shape, data: Buffer.concat(pieces), pieces: pieces.length }
}

describe('an IDX file', () => {
  it('is a shape of one to four lengths, and its bytes', async () => {
    for (const shape of [[6], [2, 3], [3, 1, 2], [1, 2, 1, 3]]) {
      const bytes = idx(shape, [1, 2, 3, 4, 5, 6])
      for (const written of [bytes, gzipSync(bytes)]) {
        const { shape: received, data } = await read(written)
        expect([received, [...data]]).toEqual([shape, [1, 2, 3, 4, 5, 6]])
      }
    }
  })

  it('may be large: it comes in pieces', async () => {
    const data = Uint8Array.from({ length: 1_500_000 }, (_, i) => i % 251)
    const plain = await read(idx([1_500_000], data))
    expect(plain.data.equals(data)).toBe(true)
    expect(plain.pieces).toBe(2)
    const zipped = await read(gzipSync(idx([1_500_000], data)))
    expect(zipped.data.equals(data)).toBe(true)
    expect(zipped.pieces).toBeGreaterThan(4)
  })

  it.each([
    ['nothing', [], 'it ends within its header'],
    ['three bytes', [0, 0, 8], 'it ends within its header'],
    ['half a shape', [0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0], 'it ends within its header'],
    ['another start', [1, 0, 8, 1, 0, 0, 0, 1, 7], 'it does not begin with two zero bytes'],
    ['another second byte', [0, 1, 8, 1, 0, 0, 0, 1, 7], 'it does not begin with two zero bytes'],
    ['other numbers', [0, 0, 0x0d, 1, 0, 0, 0, 1, 7], 'its numbers are not unsigned bytes'],
    ['no dimensions', [0, 0, 8, 0, 7], 'it has 0 dimensions'],
    ['no dimensions, and nothing else', [0, 0, 8, 0], 'it has 0 dimensions'],
    ['five dimensions', [0, 0, 8, 5, 0, 0, 0, 1], 'it has 5 dimensions'],
    ['no length', [0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 3], 'its shape is 0 x 3'],
    ['a length beyond reason', [0, 0, 8, 2, 0, 1, 0, 0, 0, 16, 0, 0], 'its shape is 65536 x 1048576'],
    [
      'all that may be, without data',
      [0, 0, 8, 2, 0, 0, 0xfa, 0, 0, 0x0f, 0x42, 0x40],
      '64,000,000,000 bytes missing at its end (truncated)',
    ],
    ['a byte too few', [...idx([2, 2], [1, 2, 3])], '1 byte missing at its end (truncated)'],
    ['no data', [...idx([2, 2], [])], '4 bytes missing at its end (truncated)'],
    ['a byte too many', [...idx([2, 2], [1, 2, 3, 4, 5])], 'it goes on after its announced end'],
  ])('of %s is refused', async (_what, bytes, reason) => {
    await expect(read(Uint8Array.from(bytes))).rejects.toMatchObject({
      code: 'E_SOURCE_FORMAT',
      message: `Expected an IDX file of unsigned bytes. ${path}: ${reason}.`,
      fix: expect.stringContaining('both files of the pair') as string,
    })
  })

  it('that is zipped in parts is read whole, also where one ends within the header', async () => {
    const bytes = idx([2, 2], [1, 2, 3, 4])
    for (const cut of [2, 6, 14]) {
      const { shape, data } = await read(
        Buffer.concat([gzipSync(bytes.subarray(0, cut)), gzipSync(bytes.subarray(cut))]),
      )
      expect([shape, [...data]]).toEqual([[2, 2], [1, 2, 3, 4]]) // prettier-ignore
    }
  })

  it('that is zipped and damaged is refused with its name', async () => {
    const zipped = gzipSync(idx([3], [1, 2, 3]))
    await expect(read(zipped.subarray(0, -4))).rejects.toMatchObject({
      code: 'E_SOURCE_FORMAT',
      message: expect.stringContaining(`${path}: `) as string,
    })
  })

  it('is left when that is asked for', async () => {
    const reason = new Error('enough')
    await expect(read(idx([3], [1, 2, 3]), AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})

describe('a file that looks like one', () => {
  it.each([
    ['train-images-idx3-ubyte', idx([1], [1]), true],
    ['x.IDX', idx([1], [1]), true],
    ['labels.ubyte.gz', gzipSync(''), true],
    ['images.bin', idx([1], [1]), false],
    ['a.idx', Uint8Array.of(1, 0, 8, 1), false],
    ['b.idx', Uint8Array.of(0, 1, 8, 1), false],
    ['c.idx', Uint8Array.of(0, 0, 9, 1), false],
    ['d.idx', Uint8Array.of(0x1f, 0, 8, 1), false],
    ['e.idx', Uint8Array.of(0, 0x8b, 8, 1), false],
    ['f.idx', new Uint8Array(0), false],
  ])('%s', (name, bytes, looks) => {
    writeFileSync(join(folder, name), bytes)
    expect(looksLikeIdx(join(folder, name))).toBe(looks)
  })
})

describe('a look at pairs', () => {
  const put = (name: string, bytes: Uint8Array): string => {
    writeFileSync(join(folder, name), bytes)
    return join(folder, name)
  }

  it('gives sizes, counts and classes', async () => {
    const pair = (split: 'train' | 'test' | null, count: number, labels: number[] | null) => ({
      images: put(`${split}-${count}-images-idx`, idx([count, 2, 3], new Uint8Array(count * 6))),
      labels: labels === null ? null : put(`${split}-${count}-labels-idx`, idx([count], labels)),
      split,
    })
    const pairs = [pair('train', 3, [9, 10, 9]), pair('test', 1, [2])]
    expect(await inspectIdx({ kind: 'idx', pairs, problems: [] })).toEqual({
      layout: 'idx',
      summary: '4 images of 2 x 3 in 3 classes (IDX); train and test are given',
      count: 4,
      classes: [
        { name: '2', count: 1 },
        { name: '9', count: 2 },
        { name: '10', count: 1 },
      ],
      columns: [],
      suggestedLabels: ['label'],
      header: null,
      warnings: [],
    })
    const bare = pair(null, 1, null)
    const problem = { path: 'x', code: 'not-an-image', message: 'm', level: 'warning' } as const
    expect(await inspectIdx({ kind: 'idx', pairs: [bare], problems: [problem] })).toMatchObject({
      summary: '1 image of 2 x 3 without labels (IDX)',
      classes: [],
      suggestedLabels: [],
      warnings: [`No labels were found for ${bare.images}.`, 'x: m'],
    })
  })

  it('takes one class as one, and reads no pixels', async () => {
    const images = put('c-images-idx', idx([2, 1, 1], [1]))
    const labels = put('c-labels-idx', idx([2], [5, 5]))
    const found = await inspectIdx({ kind: 'idx', pairs: [{ images, labels, split: null }], problems: [] })
    expect(found.summary).toBe('2 images of 1 x 1 in 1 class (IDX)')
  })

  it('refuses what is none', async () => {
    const images = put('d-images-idx', Uint8Array.of(0, 0, 9, 1))
    const look = inspectIdx({ kind: 'idx', pairs: [{ images, labels: null, split: null }], problems: [] })
    await expect(look).rejects.toMatchObject({ code: 'E_SOURCE_FORMAT' })
  })
})
