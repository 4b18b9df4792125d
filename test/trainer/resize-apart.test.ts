import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomInt, seededRandom } from '../../src-main/base/seeded-random.ts'
import { decodeToSize } from '../../src-main/data/decode.ts'
import type { PixelSize } from '../../src-main/data/pixel-size.ts'
import { type Resample, resizeApart, resizeBy, useResample } from '../../src-main/data/resize-apart.ts'
import { type Pixels, resize } from '../../src-main/data/resize.ts'
import { loadFrozen } from '../../src-main/trainer/frozen.ts'
import { patternPixels } from '../support/pattern-pixels.ts'

const { resample } = loadFrozen() as { resample: Resample }

/** What Pillow made of pictures of a pattern (test/fixtures/resize/make.py). */
const PILLOW = JSON.parse(
  readFileSync(new URL('../fixtures/resize/pillow.json', import.meta.url), 'utf8'),
) as readonly { readonly from: [number, number]; readonly size: PixelSize; readonly pixels: number[] }[]

describe('resizing in native code', () => {
  it.each(PILLOW)('gives the bytes of Pillow: $from to $size.width x $size.height, $size.resize', async (one) => {
    expect([...(await resizeBy(resample, patternPixels(one.from, one.size.channels), one.size))]).toEqual(one.pixels)
  })

  it('gives the bytes of JavaScript for sizes at random, black, white and noise', async () => {
    const random = seededRandom(7)
    const side = (most: number): number => 1 + randomInt(random, most)
    for (let n = 0; n < 120; n++) {
      const picture = noise(random, { width: side(500), height: side(500), channels: n % 3 === 0 ? 1 : 3 }, n % 4)
      const { width, channels } = picture
      const how = n % 2 === 0 ? 'cover' : 'stretch'
      const size: PixelSize = { width: n % 5 === 0 ? width : side(260), height: side(260), channels, resize: how }
      const received = await resizeBy(resample, picture, size)
      const name = `${width}x${picture.height}x${channels} to ${JSON.stringify(size)}`
      expect(Buffer.compare(received, resize(picture, size)), name).toBe(0)
    }
  })

  it('does many at once, and JavaScript goes on meanwhile', async () => {
    const picture = noise(seededRandom(1), { width: 1500, height: 1000, channels: 3 }, 2)
    const sizes = Array.from({ length: 24 }, (_, i) => ({ width: 30 + i, height: 40, channels: 3, resize: 'cover' }) as const) // prettier-ignore
    let ticks = 0
    const ticking = setInterval(() => (ticks += 1), 0)
    const received = await Promise.all(sizes.map((size) => resizeBy(resample, picture, size)))
    clearInterval(ticking)
    expect(ticks).toBeGreaterThan(0)
    received.forEach((bytes, i) => expect(Buffer.compare(bytes, resize(picture, sizes[i]!))).toBe(0))
  })

  it('refuses places outside of the picture, and arrays of other kinds', async () => {
    const data = new Uint8Array(12)
    const keep = Int32Array.of(2, 1, 0, 1, 1, 1, 2 ** 22, 2 ** 22)
    expect([...(await resample(data.fill(9), 2, 2, 3, null, keep))]).toEqual(new Array(12).fill(9))
    const wrong: unknown[][] = [
      [],
      [data, 2, 2, 3, null],
      [[...data], 2, 2, 3, null, keep],
      [new Float32Array(12), 2, 2, 3, null, keep],
      [data, 2, 3, 3, null, keep],
      [data, 0, 2, 3, null, keep],
      [data, 2 ** 31 - 1, 2 ** 31 - 1, 3, null, keep],
      [data, 3, 2, 2, null, keep],
      [data, 2, 2, 3, undefined, keep],
      [data, 2, 2, 3, keep, Float32Array.from(keep)],
      [data, 2, 2, 3, null, keep.subarray(0, 7)],
      [data, 2, 2, 3, null, Int32Array.of(2, 1, 0, 2, 1, 1, 1, 1)],
      [data, 2, 2, 3, null, Int32Array.of(2, 1, -1, 1, 1, 1, 1, 1)],
      [data, 2, 2, 3, null, Int32Array.of(2, 1, 0, 1, 1, 2, 1, 1)],
      [data, 2, 2, 3, null, Int32Array.of(2, 1, 0, 2 ** 31 - 1, 1, 1, 1, 1)],
      [data, 2, 2, 3, null, Int32Array.of(2 ** 31 - 1, 2 ** 31 - 1, 0, 1)],
      [data, 2, 2, 3, null, Int32Array.of(2, 1, 0, 1, 1, 1, -1, 1)],
    ]
    for (const each of wrong) expect(() => (resample as (...all: unknown[]) => unknown)(...each)).toThrow('do not fit')
  })
})

describe('what is decoded', () => {
  beforeAll(() => useResample(resample))
  afterAll(() => useResample(null))

  it('has the same bytes with native code as without', async () => {
    const size = { width: 100, height: 90, channels: 3, resize: 'cover' } as const
    const photo = new URL('../fixtures/photos/coffee.jpg', import.meta.url).pathname
    const native = await decodeToSize(photo, size)
    useResample(null)
    expect(Buffer.compare(native, await decodeToSize(photo, size))).toBe(0)
    useResample(resample)
  })

  it('keeps what has the size already', async () => {
    const picture = noise(seededRandom(2), { width: 250, height: 200, channels: 3 }, 2)
    const size = { width: 250, height: 200, channels: 3, resize: 'stretch' } as const
    expect(await resizeApart(picture, size)).toBe(picture.data)
  })
})

/** @param kind 0: white, 1: black, else noise */
function noise(random: () => number, shape: Omit<Pixels, 'data'>, kind: number): Pixels {
  const data = new Uint8Array(shape.width * shape.height * shape.channels)
  for (let i = 0; i < data.length; i++) data[i] = kind === 0 ? 255 : kind === 1 ? 0 : random() * 256
  return { ...shape, data }
}
