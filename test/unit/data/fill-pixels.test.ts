import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CacheSegment, openSegments } from '../../../src-main/base/cache-segment.ts'
import { readRows } from '../../../src-main/base/file-rows.ts'
import { fillPixels, PIXEL_SEGMENTS, type PixelFilling, type PixelItem } from '../../../src-main/data/fill-pixels.ts'

let folder: string
let segments: CacheSegment[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-fill-'))
  segments = []
})
afterEach(() => {
  for (const segment of segments) segment.close()
  rmSync(folder, { recursive: true })
})

const hashOf = (i: number): string => i.toString(16).padStart(64, '0')
const itemsOf = (count: number): PixelItem[] =>
  Array.from({ length: count }, (_, i) => ({
    name: `${i}.png`,
    path: `/x/${i}.png`,
    row: null,
    contentHash: hashOf(i),
  }))
/** Each item is two bytes: its number, twice. */
const decode = (item: PixelItem): Promise<Uint8Array> => Promise.resolve(new Uint8Array(2).fill(parseInt(item.name)))
const fill = (missing: PixelItem[], more: Partial<PixelFilling> = {}) =>
  fillPixels({ folder, missing, rowBytes: 2, segments, total: missing.length, decode, ...more })
const rowsOf = async (segment: CacheSegment) => [
  ...(await readRows(segment.keys.map((_, row) => segment.place(row)), 2)), // prettier-ignore
]
const failing =
  (...bad: number[]) =>
  (item: PixelItem): Promise<Uint8Array> =>
    bad.includes(parseInt(item.name)) ? Promise.reject(new Error(`cannot read ${item.name}`)) : decode(item)

describe('missing pixels', () => {
  it('are decoded into one segment, in their order', async () => {
    await fill(itemsOf(3))
    expect(segments.map(({ keys }) => keys)).toEqual([[hashOf(0), hashOf(1), hashOf(2)]])
    expect(await rowsOf(segments[0]!)).toEqual([0, 0, 1, 1, 2, 2])
    const again = openSegments(folder, PIXEL_SEGMENTS, 2)
    expect(again.map(({ keys }) => keys)).toEqual(segments.map(({ keys }) => keys))
    again.forEach((segment) => segment.close())
  })

  it('fill further segments of up to 64 MB', async () => {
    const large = { rowBytes: 32_000_000, decode: () => Promise.resolve(new Uint8Array(32_000_000)) }
    await fill(itemsOf(3), large)
    expect(segments.map(({ keys }) => keys.length)).toEqual([2, 1])
  })

  it('may be larger than a segment, each for itself', async () => {
    const huge = { rowBytes: 64_000_001, decode: () => Promise.resolve(new Uint8Array(64_000_001)) }
    await fill(itemsOf(2), huge)
    expect(segments.map(({ keys }) => keys.length)).toEqual([1, 1])
  })

  it('fill segments of up to 8192 rows', async () => {
    await fill(itemsOf(8193))
    expect(segments.map(({ keys }) => keys.length)).toEqual([8192, 1])
  })

  it('may be none', async () => {
    const told: unknown[] = []
    await fill([], { total: 4, onProgress: (...said) => told.push(said) })
    expect([segments, readdirSync(folder), told]).toEqual([[], [], []])
  })

  it('are told at the first and the last, with what was there already', async () => {
    const told: number[][] = []
    await fill(itemsOf(3), { total: 5, onProgress: (...said) => told.push(said) })
    expect([told[0], told.at(-1)]).toEqual([[3, 5], [5, 5]]) // prettier-ignore
    expect(told.length).toBeLessThan(4)
    // Five times a second is enough between.
    told.length = 0
    await fill(itemsOf(2000), { onProgress: (...said) => told.push(said) })
    expect(told.length).toBeLessThan(1000)
  })

  it('that cannot be decoded are named, three of them; what is decoded stays', async () => {
    await expect(fill(itemsOf(8), { decode: failing(1, 3, 4, 6), total: 9 })).rejects.toMatchObject({
      code: 'E_DATASET_UNUSABLE',
      message:
        'Expected to read 9 images of the dataset. 4 cannot be read: 1.png: cannot read 1.png; 3.png: cannot read 3.png; 4.png: cannot read 4.png.',
      details: { failures: [1, 3, 4, 6].map((i) => `${i}.png: cannot read ${i}.png`) },
      fix: expect.stringContaining('import the folder again') as string,
    })
    expect(segments.map(({ keys }) => keys)).toEqual([[0, 2, 5, 7].map(hashOf)])
    const odd = () => Promise.reject('text' as never)
    await expect(fill(itemsOf(1), { decode: odd })).rejects.toThrow(
      'Expected to read 1 image of the dataset. 1 cannot be read: 0.png: text.',
    )
    const all = fill(itemsOf(120), { decode: () => Promise.reject(new Error('x')) })
    await expect(all).rejects.toMatchObject({ details: { failures: { length: 100 } } })
  })

  it('are left when that is asked for; what is decoded stays', async () => {
    const control = new AbortController()
    const reason = new Error('enough')
    let decoded = 0
    const stopping = (item: PixelItem): Promise<Uint8Array> => {
      decoded++
      if (item.name === '2.png') control.abort(reason)
      return decode(item)
    }
    await expect(fill(itemsOf(100), { decode: stopping, signal: control.signal })).rejects.toBe(reason)
    expect(decoded).toBe(3)
    expect(segments.length === 0 || segments[0]!.keys.length < 3).toBe(true)
  })
})
