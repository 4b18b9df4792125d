import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listCacheEntries } from '../../../src-main/base/cache-entries.ts'
import { decodeToSize } from '../../../src-main/data/decode.ts'
import { openPackWriter } from '../../../src-main/data/pack.ts'
import { preparePixels } from '../../../src-main/data/pixel-cache.ts'

const SIZE = { height: 6, width: 5, channels: 3, resize: 'cover' } as const
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-pixels-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function makeImages(count: number) {
  const items = []
  for (let i = 0; i < count; i++) {
    const background = { r: (i * 37) % 256, g: (i * 11) % 256, b: 200 }
    const bytes = await sharp({ create: { width: 9, height: 7, channels: 3, background } })
      .png()
      .toBuffer()
    const path = join(folder, `${i}.png`)
    writeFileSync(path, bytes)
    items.push({ name: `${i}.png`, path, row: null, contentHash: createHash('sha256').update(bytes).digest('hex') })
  }
  return items
}

const cacheOf = (): string => join(folder, 'cache')
const segmentsOf = (): string[] => {
  const pixels = join(cacheOf(), 'pixels')
  const files = (key: string) => readdirSync(join(pixels, key)).filter((name) => !/^(about|lease)/.test(name))
  return readdirSync(pixels).flatMap((key) => files(key).map((name) => join(pixels, key, name)))
}

describe('preparePixels', () => {
  it('gives the pixels that decodeToSize gives, and decodes only once', async () => {
    const items = await makeImages(12)
    const request = { items, pack: null, size: SIZE, cacheFolder: cacheOf() }
    const first = await preparePixels(request)
    expect([first.hits, first.misses, first.rows, first.rowBytes]).toEqual([0, 12, 12, 90])
    for (const [i, item] of items.entries())
      expect(await first.load([i])).toEqual(new Uint8Array(await decodeToSize(item.path, SIZE)))
    first.close()
    for (const item of items) rmSync(item.path)
    const second = await preparePixels({ ...request, items: [...items].reverse() })
    expect([second.hits, second.misses]).toEqual([12, 0])
    expect([...(await second.load([0])).subarray(0, 3)]).toEqual([(11 * 37) % 256, 121, 200])
    second.close()
  })

  it('adds what is new, and keeps sizes apart', async () => {
    const items = await makeImages(5)
    const request = { items: items.slice(0, 2), pack: null, size: SIZE, cacheFolder: cacheOf() }
    ;(await preparePixels(request)).close()
    const more = await preparePixels({ ...request, items })
    expect([more.hits, more.misses]).toEqual([2, 3])
    more.close()
    const other = await preparePixels({ ...request, items, size: { ...SIZE, resize: 'stretch' } })
    expect(other.misses).toBe(5)
    other.close()
  })

  it('decodes again what was damaged on disk and drops what a killed process left', async () => {
    const items = await makeImages(3)
    const request = { items, pack: null, size: SIZE, cacheFolder: cacheOf() }
    ;(await preparePixels(request)).close()
    const segment = segmentsOf()[0] as string
    truncateSync(segment, readFileSync(segment).length - 1)
    writeFileSync(`${segment}.999999999.partial`, 'half')
    const again = await preparePixels(request)
    expect(again.misses).toBe(3)
    expect(segmentsOf()).toHaveLength(1)
    again.close()
  })

  it('says which files are gone or have changed, and keeps the others', async () => {
    const items = await makeImages(4)
    const request = { items, pack: null, size: SIZE, cacheFolder: cacheOf() }
    rmSync(items[1]?.path as string)
    writeFileSync(items[2]?.path as string, readFileSync(items[0]?.path as string))
    await expect(preparePixels(request)).rejects.toMatchObject({
      code: 'E_DATASET_UNUSABLE',
      message: expect.stringMatching(/2 cannot be read: 1\.png: .*; 2\.png: .*changed/),
    })
    const rest = await preparePixels({ ...request, items: [items[0], items[3]].filter((item) => item !== undefined) })
    expect(rest.misses).toBe(0)
    rest.close()
  })

  it('reads a pack in place at its own size, and resized and coloured otherwise', async () => {
    const path = join(folder, 'pixels.u8')
    const writer = await openPackWriter(path, { height: 2, width: 2, channels: 1 })
    await writer.add(Uint8Array.from([0, 100, 200, 50, 9, 9, 9, 9]))
    await writer.close()
    const items = [1, 0].map((row) => ({ name: `image ${row}`, path: null, row, contentHash: `${row}`.repeat(64) }))
    const base = { items, pack: path, cacheFolder: cacheOf() }
    const same = await preparePixels({ ...base, size: { height: 2, width: 2, channels: 1, resize: 'cover' } })
    expect([...(await same.load([1]))]).toEqual([0, 100, 200, 50])
    same.close()
    const larger = await preparePixels({ ...base, size: { height: 4, width: 4, channels: 3, resize: 'cover' } })
    expect(larger.rowBytes).toBe(48)
    expect([...(await larger.load([0]))]).toEqual(new Array(48).fill(9))
    larger.close()
    // Of another width or of colour alone, it is not the pack's own size.
    for (const more of [{ width: 4 }, { channels: 3 }] as const) {
      const other = await preparePixels({ ...base, size: { height: 2, width: 2, channels: 1, resize: 'stretch', ...more } }) // prettier-ignore
      expect([...(await other.load([0]))]).toEqual(new Array(other.rowBytes).fill(9))
      other.close()
    }
  })

  it('keeps packs of equal bytes in other shapes apart', async () => {
    const decoded = async (height: number, width: number): Promise<number> => {
      const path = join(folder, `${height}.u8`)
      const writer = await openPackWriter(path, { height, width, channels: 1 })
      await writer.add(Uint8Array.of(7, 77))
      await writer.close()
      const items = [{ name: 'image 0', path: null, row: 0, contentHash: 'a'.repeat(64) }]
      const source = await preparePixels({ items, pack: path, size: SIZE, cacheFolder: cacheOf() })
      source.close()
      return source.misses
    }
    expect([await decoded(2, 1), await decoded(1, 2)]).toEqual([1, 1])
  })

  it('stops when asked to', async () => {
    const items = await makeImages(4)
    const abort = new AbortController()
    abort.abort(new Error('enough'))
    const request = { items, pack: null, size: SIZE, cacheFolder: cacheOf() }
    await expect(preparePixels(request, { signal: abort.signal })).rejects.toThrow('enough')
  })

  it('gives the same from memory as from the disk, and refuses items that are not there', async () => {
    const items = await makeImages(3)
    const request = { items, pack: null, size: SIZE, cacheFolder: cacheOf() }
    const disk = await preparePixels({ ...request, memoryBytes: 3 * 90 - 1 })
    const memory = await preparePixels({ ...request, memoryBytes: 3 * 90 })
    const received = memory.load([2, 0, 2])
    expect(received).toBeInstanceOf(Uint8Array)
    expect(disk.load([0])).toBeInstanceOf(Promise)
    expect(received).toEqual(await disk.load([2, 0, 2]))
    for (const source of [disk, memory])
      expect(() => source.load([0, 3])).toThrow('Expected an item from 0 to 2. Received: 3')
    disk.close()
    memory.close()
  })

  it('decodes equal contents once', async () => {
    const [item] = await makeImages(1)
    const items = [item!, { ...item!, name: 'again.png' }]
    const source = await preparePixels({ items, pack: null, size: SIZE, cacheFolder: cacheOf() })
    expect([source.rows, source.hits, source.misses]).toEqual([2, 1, 1])
    const rows = await source.load([0, 1])
    expect(rows.subarray(0, 90)).toEqual(rows.subarray(90))
    source.close()
  })

  it('is in use until it is closed, and has a title', async () => {
    const items = await makeImages(1)
    const listed = () => listCacheEntries(cacheOf()).map(({ title, isInUse }) => [title, isInUse])
    const title = async (more: Partial<Parameters<typeof preparePixels>[0]['size']>) => {
      const source = await preparePixels({ items, pack: null, size: { ...SIZE, ...more }, cacheFolder: cacheOf() })
      const [first] = listed()
      source.close()
      expect(listed()).toEqual([[first![0], false]])
      rmSync(cacheOf(), { recursive: true })
      return first
    }
    expect(await title({})).toEqual(['5 x 6 pixels, colour, cropped', true])
    expect(await title({ channels: 1, resize: 'stretch' })).toEqual(['5 x 6 pixels, grey, stretched', true])
    rmSync(items[0]!.path)
    await expect(preparePixels({ items, pack: null, size: SIZE, cacheFolder: cacheOf() })).rejects.toThrow()
    expect(listed().map(([, isInUse]) => isInUse)).toEqual([false])
  })

  it('wants a file or a row of a pack for each item', async () => {
    const nowhere = [{ name: 'x', path: null, row: null, contentHash: '0'.repeat(64) }]
    const neither = preparePixels({ items: nowhere, pack: null, size: SIZE, cacheFolder: cacheOf() })
    await expect(neither).rejects.toThrow('x: Expected a file or a row of the pack. Received: neither')
    const path = join(folder, 'pixels.u8')
    const writer = await openPackWriter(path, { height: 6, width: 5, channels: 3 })
    await writer.add(new Uint8Array(180))
    await writer.close()
    await expect(preparePixels({ items: nowhere, pack: path, size: SIZE, cacheFolder: cacheOf() })).rejects.toThrow(
      RangeError,
    )
    const other = { ...SIZE, height: 7 }
    const none = preparePixels({ items: nowhere, pack: path, size: other, cacheFolder: cacheOf() })
    await expect(none).rejects.toThrow('Received: neither')
  })
})
