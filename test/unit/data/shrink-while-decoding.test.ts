import sharp, { type Sharp } from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { decodeToSize } from '../../../src-main/data/decode.ts'
import type { PixelSize } from '../../../src-main/data/pixel-size.ts'
import { shrinkWhileDecoding } from '../../../src-main/data/shrink-while-decoding.ts'

const PHOTO = new URL('../../fixtures/photos/coffee.jpg', import.meta.url).pathname

const to = (side: number, more: Partial<PixelSize> = {}): PixelSize => {
  return { height: side, width: side, channels: 3, resize: 'cover', ...more }
}
const fastTo = (side: number, more: Partial<PixelSize> = {}) => to(side, { ...more, decoding: 'fast' })

/** A photograph as a camera has it: enlarged, of fine grain. Its sides are no multiples of a shrink. */
let large: Buffer
const photograph = (): Sharp => sharp(large, { raw: { width: 2003, height: 1505, channels: 3 } })

beforeAll(async () => {
  large = await sharp(PHOTO).resize(2003, 1505, { fit: 'cover' }).toColourspace('srgb').raw().toBuffer()
  for (let i = 0; i < large.length; i++) large[i] = Math.max(0, Math.min(255, large[i]! + ((i * 7919) % 23) - 11))
})

async function differences(jpeg: Uint8Array, size: PixelSize) {
  const exact = await decodeToSize(jpeg, { ...size, decoding: 'exact' })
  const fast = await decodeToSize(jpeg, { ...size, decoding: 'fast' })
  expect(fast).toHaveLength(exact.length)
  let [sum, most] = [0, 0]
  exact.forEach((value, i) => {
    sum += Math.abs(value - fast[i]!)
    most = Math.max(most, Math.abs(value - fast[i]!))
  })
  return { mean: sum / exact.length, most }
}

/** What docs/datasets.md says of photographs. */
async function expectFewLevels(jpeg: Uint8Array, size: PixelSize) {
  const { mean, most } = await differences(jpeg, size)
  expect(mean).toBeGreaterThan(0.01)
  expect(mean).toBeLessThan(0.6)
  expect(most).toBeLessThanOrEqual(10)
}

describe('how a picture is shrunk', () => {
  it.each([
    [[4000, 3000], fastTo(224), [800, 600]],
    [[3000, 4000], fastTo(224), [600, 800]],
    [[4033, 3025], fastTo(100), [448, 336]],
    [[4000, 3000], fastTo(300), [800, 600]],
    [[4000, 3000], fastTo(301), [1333, 1000]],
    [[4000, 3000], fastTo(500), [1333, 1000]],
    [[4000, 3000], fastTo(501), null],
    [[1344, 1344], fastTo(224), [448, 448]],
    [[1343, 1344], fastTo(224), null],
    [[6000, 500], fastTo(224), null],
    [[6000, 1200], fastTo(100, { height: 200 }), [2000, 400]],
  ])('%j to %j is %j', ([width, height], size, expected) => {
    const found = shrinkWhileDecoding({ autoOrient: { width: width!, height: height! } }, size)
    expect(found === null ? null : [found.width, found.height]).toEqual(expected)
    if (found !== null) expect(Math.min(found.width / size.width, found.height / size.height)).toBeGreaterThanOrEqual(2)
  })

  it.each([
    [undefined, { left: 0, right: 200.4, top: 0, bottom: 151 }],
    [1, { left: 0, right: 200.4, top: 0, bottom: 151 }],
    [2, { left: -0.4, right: 200, top: 0, bottom: 151 }],
    [3, { left: -0.4, right: 200, top: -1, bottom: 150 }],
    [4, { left: 0, right: 200.4, top: -1, bottom: 150 }],
    [5, { left: 0, right: 200.4, top: 0, bottom: 151 }],
    [6, { left: -0.4, right: 200, top: 0, bottom: 151 }],
    [7, { left: -0.4, right: 200, top: -1, bottom: 150 }],
    [8, { left: 0, right: 200.4, top: -1, bottom: 150 }],
  ])('orientation %s: what libvips leaves out was last in the file', (orientation, expected) => {
    // Of 250.5 columns libvips keeps 250 and makes 200; of 187.75 lines 187, and 150.
    const found = shrinkWhileDecoding({ autoOrient: { width: 1002, height: 751 }, orientation: orientation! }, to(75))!
    expect(found).toMatchObject({ width: 200, height: 150, shrunk: { from: { width: 1002, height: 751 } } })
    const { left, right, top, bottom } = found.shrunk
    expect([left, right]).toEqual([expect.closeTo(expected.left, 9), expect.closeTo(expected.right, 9)])
    const share = (751 / 4 / 187) * 150 - 150
    expect(top).toBeCloseTo(expected.top === 0 ? 0 : -share, 9)
    expect(bottom).toBeCloseTo(expected.bottom === 150 ? 150 : 150 + share, 9)
  })
})

describe('fast decoding', () => {
  it.each([
    [250, 'cover'],
    [130, 'stretch'],
    [80, 'cover'],
  ] as const)('of a photograph to %i pixels, %s, differs by a few levels', async (side, resize) => {
    const jpeg = await photograph().jpeg({ quality: 90 }).toBuffer()
    await expectFewLevels(jpeg, to(side, { resize }))
  })

  it.each([2, 3, 4, 5, 6, 7, 8])('turns a picture upright by EXIF orientation %i', async (orientation) => {
    const jpeg = await photograph().jpeg({ quality: 90 }).withMetadata({ orientation }).toBuffer()
    await expectFewLevels(jpeg, to(130, { height: 90, resize: 'stretch' }))
  })

  it('gives the same of a progressive file, whose coefficients are the same', async () => {
    const plain = await photograph().jpeg({ quality: 90, progressive: false }).toBuffer()
    const progressive = await photograph().jpeg({ quality: 90, progressive: true }).toBuffer()
    expect(Buffer.compare(plain, progressive)).not.toBe(0)
    expect(await decodeToSize(progressive, fastTo(100))).toEqual(await decodeToSize(plain, fastTo(100)))
  })

  it('shrinks grey files, and makes grey of colour', async () => {
    const grey = await photograph().toColourspace('b-w').jpeg().toBuffer()
    const colour = await photograph().jpeg().toBuffer()
    for (const [jpeg, channels] of [
      [grey, 1],
      [grey, 3],
      [colour, 1],
    ] as const) {
      await expectFewLevels(jpeg, to(130, { channels }))
    }
  })

  it('leaves alone what is small, or no JPEG of colours or grey', async () => {
    const files = [
      await photograph().resize(600).jpeg().toBuffer(),
      await photograph().png({ compressionLevel: 1 }).toBuffer(),
      await photograph().webp({ effort: 0 }).toBuffer(),
      await photograph().tiff({ compression: 'none' }).toBuffer(),
      await photograph().toColourspace('cmyk').jpeg().toBuffer(),
    ]
    for (const file of files) expect((await differences(file, to(130))).most).toBe(0)
  })

  it('refuses a damaged file, as exact decoding does', async () => {
    const jpeg = await photograph().jpeg().toBuffer()
    const [cut, headless] = [jpeg.subarray(0, jpeg.length / 2), jpeg.subarray(0, 400)]
    for (const file of [cut, headless]) {
      await expect(decodeToSize(file, to(100))).rejects.toThrow()
      await expect(decodeToSize(file, fastTo(100))).rejects.toThrow()
    }
  })
})
