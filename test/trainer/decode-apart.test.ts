import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { randomInt, seededRandom } from '../../src-main/base/seeded-random.ts'
import { decodeApart, type DecodeJpeg, fastDecoding, useDecodeJpeg } from '../../src-main/data/decode-apart.ts'
import { decodeToSize } from '../../src-main/data/decode.ts'
import { readJpegHead } from '../../src-main/data/jpeg-head.ts'
import { preparePixels } from '../../src-main/data/pixel-cache.ts'
import type { PixelSize } from '../../src-main/data/pixel-size.ts'
import { shrinkOf } from '../../src-main/data/shrink-while-decoding.ts'
import { loadFrozen } from '../../src-main/trainer/frozen.ts'

const { decodeJpeg } = loadFrozen() as { decodeJpeg: DecodeJpeg }
const FIXTURES = new URL('../fixtures/', import.meta.url)
const PHOTO = new URL('photos/coffee.jpg', FIXTURES).pathname

interface Expected {
  readonly file: string
  readonly shrink: number
  readonly side: number
  readonly resize: 'cover' | 'stretch'
  readonly sha256: string
}

/** What Pillow made of JPEGs of several kinds (test/fixtures/jpeg/make.py). */
const PILLOW = JSON.parse(readFileSync(new URL('jpeg/pillow.json', FIXTURES), 'utf8')) as readonly Expected[]

const photo = (width: number, height: number): Sharp => sharp(PHOTO).resize(width, height, { fit: 'cover' })
const to = (width: number, height: number, more: Partial<PixelSize> = {}): PixelSize => {
  return { width, height, channels: 3, resize: 'cover', ...more }
}

/** By libvips and `resize`. */
async function otherwise(bytes: Uint8Array, size: PixelSize): Promise<Uint8Array> {
  useDecodeJpeg(null)
  const pixels = await decodeToSize(bytes, size)
  useDecodeJpeg(decodeJpeg)
  return pixels
}

async function expectSame(jpeg: Uint8Array, size: PixelSize, name: string): Promise<void> {
  const received = await decodeApart(jpeg, size)
  expect(received, name).not.toBeNull()
  expect(Buffer.compare(received!, await otherwise(jpeg, size)), name).toBe(0)
}

beforeEach(() => useDecodeJpeg(decodeJpeg))
afterEach(() => useDecodeJpeg(null))

describe('JPEGs decoded line by line', () => {
  it.each(PILLOW)('have the bytes of Pillow: $file at 1/$shrink to $side, $resize', async (one) => {
    const file = readFileSync(new URL(`jpeg/${one.file}`, FIXTURES))
    const size = to(one.side, one.side, { resize: one.resize, decoding: one.shrink === 1 ? 'exact' : 'fast' })
    const { width, height } = readJpegHead(file)!
    if (one.shrink > 1) expect(shrinkOf({ width, height }, size)).toBe(one.shrink)
    const received = await decodeApart(file, size)
    expect(createHash('sha256').update(received!).digest('hex')).toBe(one.sha256)
  })

  it('have the bytes of libvips in exact decoding, of every orientation and many sizes', async () => {
    const random = seededRandom(3)
    for (const [width, height] of [
      [640, 480],
      [403, 305],
      [64, 64],
      [33, 17],
      [9, 7],
      [257, 511],
    ] as const) {
      for (let orientation = 1; orientation <= 8; orientation++) {
        const chromaSubsampling = randomInt(random, 3) === 0 ? '4:4:4' : '4:2:0'
        const quality = 30 + randomInt(random, 71)
        const jpeg = await photo(width, height).modulate({ saturation: 3 }).withMetadata({ orientation }).jpeg({ quality, chromaSubsampling }).toBuffer() // prettier-ignore
        const name = `${width}x${height}, ${chromaSubsampling}, quality ${quality}, orientation ${orientation}`
        for (const size of [to(50, 45), to(37, 60, { resize: 'stretch' }), to(width, height, { resize: 'stretch' })]) {
          await expectSame(jpeg, size, `${name} to ${size.width}x${size.height}`)
        }
      }
    }
  })

  it('are many at once, and JavaScript goes on meanwhile', async () => {
    const jpeg = await photo(1500, 1000).jpeg().toBuffer()
    let ticks = 0
    const ticking = setInterval(() => (ticks += 1), 0)
    const sizes = Array.from({ length: 16 }, (_, i) => to(30 + i, 40))
    const received = await Promise.all(sizes.map((size) => decodeApart(jpeg, size)))
    clearInterval(ticking)
    expect(ticks).toBeGreaterThan(0)
    for (const [i, size] of sizes.entries()) expect(Buffer.compare(received[i]!, await otherwise(jpeg, size))).toBe(0)
  })

  it('are those of the common kind: libvips reads the others', async () => {
    const size = to(40, 40)
    const kinds = {
      progressive: await photo(200, 150).jpeg({ progressive: true }).toBuffer(),
      grey: await photo(200, 150).toColourspace('b-w').jpeg().toBuffer(),
      cmyk: await photo(200, 150).toColourspace('cmyk').jpeg().toBuffer(),
      'not a JPEG': await photo(200, 150).png().toBuffer(),
    }
    for (const [name, file] of Object.entries(kinds)) {
      expect(await decodeApart(file, size), name).toBeNull()
      expect(Buffer.compare(await decodeToSize(file, size), await otherwise(file, size)), name).toBe(0)
    }
    const colour = await photo(200, 150).jpeg().toBuffer()
    expect(await decodeApart(colour, { ...size, channels: 1 })).toBeNull()
    useDecodeJpeg(null)
    expect(await decodeApart(colour, size)).toBeNull()
  })
})

describe('damaged JPEGs', () => {
  it('are left to libvips, which names what is wrong, wherever bytes are missing', async () => {
    const jpeg = await photo(200, 150).jpeg().toBuffer()
    for (const length of [0, 1, 3, 20, 400, 700, jpeg.length / 2, jpeg.length - 3, jpeg.length - 1]) {
      const cut = jpeg.subarray(0, length)
      expect(await decodeApart(cut, to(40, 40)), `${length} bytes`).toBeNull()
    }
    await expect(decodeToSize(jpeg.subarray(0, jpeg.length / 2), to(40, 40))).rejects.toThrow()
  })

  it('have the bytes of libvips or none, whichever bytes are others', async () => {
    const jpeg = await photo(160, 120).jpeg({ quality: 85 }).toBuffer()
    const random = seededRandom(11)
    let [same, left] = [0, 0]
    for (let n = 0; n < 300; n++) {
      const bytes = Buffer.from(jpeg)
      const until = n % 2 === 0 ? bytes.length : 700
      for (let k = 0; k <= n % 3; k++) bytes[randomInt(random, until)] = randomInt(random, 256)
      const decoding = n % 4 === 0 ? 'fast' : 'exact'
      const received = await decodeApart(bytes, to(30, 30, { decoding }))
      if (received === null) left++
      else if (decoding === 'exact') {
        const expected = await otherwise(bytes, to(30, 30)).catch(() => null)
        if (expected === null) continue
        expect(Buffer.compare(received, expected), `try ${n}`).toBe(0)
        same++
      }
    }
    expect(same).toBeGreaterThan(20)
    expect(left).toBeGreaterThan(20)
  })

  it('among others are named, and what could be read is kept', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'graft-decode-'))
    const items = []
    for (let n = 0; n < 9; n++) {
      const whole = await photo(120 + n, 90)
        .jpeg()
        .toBuffer()
      const bytes = n === 4 ? whole.subarray(0, whole.length - 200) : whole
      const path = join(folder, `${n}.jpg`)
      writeFileSync(path, bytes)
      items.push({ name: `${n}.jpg`, path, row: null, contentHash: createHash('sha256').update(bytes).digest('hex') })
    }
    const request = { items, pack: null, size: to(20, 20), cacheFolder: join(folder, 'cache') }
    try {
      await expect(preparePixels(request)).rejects.toThrow(/1 cannot be read: 4\.jpg: /)
      const source = await preparePixels(request, { onUnreadable: () => undefined })
      expect([source.hits, source.misses]).toEqual([8, 1])
      for (const n of [0, 8]) {
        expect(Buffer.compare(await source.load([n]), await otherwise(readFileSync(items[n]!.path), to(20, 20)))).toBe(
          0,
        )
      }
      source.close()
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('never come near memory that is not theirs: arguments of other kinds are refused', async () => {
    const file = readFileSync(new URL('jpeg/420.jpg', FIXTURES))
    const axis = Int32Array.of(1, 1, 0, 1, 2 ** 22)
    const outside = Int32Array.of(1, 1, 5000, 1, 2 ** 22)
    expect(await decodeJpeg(file, 1, false, axis, axis)).toHaveLength(3)
    // Beyond the picture that is found in the file.
    expect(await decodeJpeg(file, 1, false, outside, axis)).toBeNull()
    expect(await decodeJpeg(file, 1, true, axis, outside)).toBeNull()
    const wrong: unknown[][] = [
      [],
      [file, 1, false, axis],
      [[...file], 1, false, axis, axis],
      [file, 3, false, axis, axis],
      [file, 0, false, axis, axis],
      [file, 1, 0, axis, axis],
      [file, 1, false, null, axis],
      [file, 1, false, axis, Float32Array.from(axis)],
      [file, 1, false, axis.subarray(0, 4), axis],
      [file, 1, false, Int32Array.of(1, 1, -1, 1, 1), axis],
    ]
    for (const each of wrong) expect(() => (decodeJpeg as (...all: unknown[]) => unknown)(...each)).toThrow('Expected a file and places') // prettier-ignore
  })
})

describe('fast decoding by lines', () => {
  it('differs from exact decoding by a few levels, turned or not', async () => {
    for (const orientation of [1, 2, 6, 7]) {
      const jpeg = await photo(2003, 1505).withMetadata({ orientation }).jpeg({ quality: 90 }).toBuffer()
      for (const size of [to(250, 240), to(130, 130, { resize: 'stretch' }), to(80, 90)]) {
        const [exact, fast] = [await decodeApart(jpeg, size), await decodeApart(jpeg, { ...size, decoding: 'fast' })]
        const differences = Array.from(exact!, (value, i) => Math.abs(value - fast![i]!))
        const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length
        const name = `orientation ${orientation}, ${size.width}`
        expect(mean, name).toBeLessThan(0.6)
        expect(mean, name).toBeGreaterThan(0.001)
        expect(
          differences.reduce((most, value) => Math.max(most, value)),
          name,
        ).toBeLessThanOrEqual(12)
      }
    }
  })

  it('is a way of its own in the keys of caches', () => {
    expect(fastDecoding()).toBe('fast-lines')
    useDecodeJpeg(null)
    expect(fastDecoding()).toBe('fast')
  })
})
