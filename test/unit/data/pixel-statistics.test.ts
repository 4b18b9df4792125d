import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { collectPixels } from '../../../src-main/data/pixel-statistics.ts'
import { readPixelStatistics } from '../../../src-main/data/read-pixel-statistics.ts'
import { importHere } from '../../support/import-here.ts'

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

test('an import of images leaves them beside the dataset', async () => {
  const source = join(root, 'source')
  for (const [name, value] of [
    ['dark', 16],
    ['light', 32],
  ] as const) {
    mkdirSync(join(source, name), { recursive: true })
    const background = { r: value, g: value, b: value }
    await sharp({ create: { width: 6, height: 4, channels: 3, background } })
      .png()
      .toFile(join(source, name, '1.png'))
  }
  const folder = join(root, 'dataset')
  await importHere(source, folder)
  const even = (value: number) => [value, value, value]
  expect(readPixelStatistics(folder)).toEqual({ images: 2, min: even(16), max: even(32), mean: even(24), std: even(8) })
  expect(readPixelStatistics(join(root, 'nowhere'))).toBeNull()
})
