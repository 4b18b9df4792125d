import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { collectPixels, samplePixels, writePixelStatistics } from '../../../src-main/data/pixel-statistics.ts'
import { PIXEL_STATISTICS_FILE, readPixelStatistics } from '../../../src-main/data/read-pixel-statistics.ts'
import { makeBmp } from '../../support/bad-files.ts'

const root = mkdtempSync(join(tmpdir(), 'graft-pixels-'))
afterAll(() => rmSync(root, { recursive: true }))

test('value range, mean and deviation per channel, by hand', () => {
  const pixels = collectPixels(2, 3)
  pixels.add(Uint8Array.from([10, 0, 255, 30, 0, 255]))
  pixels.add(Uint8Array.from([20, 0, 0, 20, 0, 0]))
  // Red 10 30 20 20: mean 20, variance 50. Blue 255 255 0 0.
  expect(pixels.result()).toEqual({
    images: 2,
    min: [10, 0, 0],
    max: [30, 0, 255],
    mean: [20, 0, 127.5],
    std: [expect.closeTo(Math.sqrt(50), 9), 0, 127.5],
  })
  expect(collectPixels(5, 1).result()).toBeNull()
})

test('large sets are looked at evenly', () => {
  const pixels = collectPixels(60_000, 1)
  const wanted = Array.from({ length: 60_000 }, (_, i) => i).filter((i) => pixels.wants(i))
  expect(wanted.length).toBe(1000)
  expect(wanted.at(-1)).toBe(59_940)
})

test('of channels in which a value is missing at the ends, of grey and of one value', () => {
  const grey = collectPixels(3, 1)
  grey.add(Uint8Array.from([5, 7]))
  expect(grey.result()).toEqual({ images: 1, min: [5], max: [7], mean: [6], std: [1] })
  const one = collectPixels(1, 1)
  one.add(Uint8Array.from([255, 255, 255]))
  expect(one.result()).toEqual({ images: 1, min: [255], max: [255], mean: [255], std: [0] })
})

test('sets of up to a thousand are looked at whole, larger ones at every second place and so on', () => {
  const wanted = (total: number) => [0, 1, 2, 3].map((place) => collectPixels(total, 1).wants(place))
  expect([wanted(1), wanted(1000)]).toEqual([[true, true, true, true], [true, true, true, true]]) // prettier-ignore
  expect([wanted(1001), wanted(2000)]).toEqual([[true, false, true, false], [true, false, true, false]]) // prettier-ignore
  expect(wanted(2001)).toEqual([true, false, false, true])
  expect(wanted(0)).toEqual([true, true, true, true])
})

test('a large image is looked at reduced to 160 pixels, a small one as it is', async () => {
  expect((await samplePixels(makeBmp(320, 64))).length).toBe(160 * 32 * 3)
  expect((await samplePixels(makeBmp(64, 640))).length).toBe(16 * 160 * 3)
  const small = makeBmp(2, 1)
  small.set([1, 2, 3, 4, 5, 6], 54)
  expect([...(await samplePixels(small))]).toEqual([3, 2, 1, 6, 5, 4])
})

test('they lie beside the dataset, where there are any', () => {
  writePixelStatistics(root, null)
  writePixelStatistics(root, collectPixels(5, 3))
  expect([readdirSync(root), readPixelStatistics(root)]).toEqual([[], null])
  const pixels = collectPixels(1, 1)
  pixels.add(Uint8Array.from([16, 32]))
  writePixelStatistics(root, pixels)
  expect(readPixelStatistics(root)).toEqual({ images: 1, min: [16], max: [32], mean: [24], std: [8] })
  expect(readPixelStatistics(join(root, 'nowhere'))).toBeNull()
  writeFileSync(join(root, PIXEL_STATISTICS_FILE), '{"images": "many"}')
  expect(readPixelStatistics(root)).toBeNull()
})
