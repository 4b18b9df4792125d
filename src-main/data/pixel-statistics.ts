import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PixelStatistics } from '../contract/datasets.ts'
import { flatten, openImage } from './open-image.ts'
import { PIXEL_STATISTICS_FILE } from './read-pixel-statistics.ts'

/** So many images tell the mean of a set to a percent of its spread. */
const MOST_IMAGES = 1000
/** Larger images are looked at reduced to this side: a mean does not depend on it. */
const SIDE = 160

/** Adds up values of images, channels interleaved. */
export interface PixelCollector {
  /** Whether the image at this place is one of those that are looked at. */
  wants(place: number): boolean
  add(pixels: Uint8Array): void
  /** Null: nothing was looked at. */
  result(): PixelStatistics | null
}

/** Collects over an even sample of `total` images. */
export function collectPixels(total: number, channels: 1 | 3): PixelCollector {
  const every = Math.max(1, Math.ceil(total / MOST_IMAGES))
  const counts = Array.from({ length: channels }, () => new Float64Array(256))
  let images = 0
  return {
    wants: (place) => place % every === 0,
    add(pixels) {
      images += 1
      for (let i = 0; i < pixels.length; i++) counts[i % channels]![pixels[i]!]! += 1
    },
    result: () => (images === 0 ? null : { images, ...summary(counts) }),
  }
}

/** An exact histogram says everything at once. */
function summary(counts: readonly Float64Array[]): Omit<PixelStatistics, 'images'> {
  const each = counts.map((histogram) => {
    const total = histogram.reduce((sum, value) => sum + value, 0)
    const mean = histogram.reduce((sum, count, value) => sum + count * value, 0) / total
    const variance = histogram.reduce((sum, count, value) => sum + count * (value - mean) ** 2, 0) / total
    const max = histogram.findLastIndex((count) => count > 0)
    return { min: histogram.findIndex((count) => count > 0), max, mean, std: Math.sqrt(variance) }
  })
  return {
    min: each.map(({ min }) => min),
    max: each.map(({ max }) => max),
    mean: each.map(({ mean }) => mean),
    std: each.map(({ std }) => std),
  }
}

/** RGB of a file's image, reduced where it is large. */
export async function samplePixels(bytes: Uint8Array): Promise<Uint8Array> {
  const image = await openImage(bytes)
  const small = image.resize({ width: SIDE, height: SIDE, fit: 'inside', withoutEnlargement: true })
  return flatten(small, 3).raw({ depth: 'uchar' }).toBuffer()
}

/** Beside a dataset's other files, for `readPixelStatistics`. */
export function writePixelStatistics(folder: string, pixels: PixelCollector | null): void {
  const result = pixels?.result() ?? null
  if (result !== null) writeFileSync(join(folder, PIXEL_STATISTICS_FILE), JSON.stringify(result))
}
