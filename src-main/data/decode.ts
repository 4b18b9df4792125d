import { readFile } from 'node:fs/promises'
import sharp, { type Sharp } from 'sharp'
import { flatten, openImage } from './open-image.ts'

export interface PixelSize {
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3
  /** `cover` crops to the target shape around the middle, `stretch` ignores the aspect ratio. */
  readonly resize: 'cover' | 'stretch'
}

/** Changes whenever the same file would give other pixels; part of the pixel cache's key. */
export const DECODER_VERSION = 1

/** Pixels as every network gets them, in training and prediction alike: height * width * channels bytes, row by row.
 *  Upright (EXIF), alpha over white, sRGB or grey. The kernel is libvips' `linear`: bilinear when enlarging; when reducing
 *  it widens with the factor (a triangle filter over every source pixel), so nothing aliases. */
export async function decodeToSize(source: string | Uint8Array, size: PixelSize): Promise<Uint8Array> {
  const bytes = typeof source === 'string' ? await readFile(source) : source
  return resized(openImage(bytes), size)
}

/** The same for raw pixels (a row of a pack). */
export async function resizeRaw(
  pixels: Uint8Array,
  shape: { height: number; width: number; channels: 1 | 3 },
  size: PixelSize,
): Promise<Uint8Array> {
  const { height, width, channels } = shape
  if (height === size.height && width === size.width && channels === size.channels) return pixels
  return resized(sharp(pixels, { raw: { width, height, channels } }), size)
}

async function resized(image: Sharp, size: PixelSize): Promise<Uint8Array> {
  const { width, height, channels } = size
  const fit = size.resize === 'cover' ? 'cover' : 'fill'
  const { data } = await flatten(
    image.resize({ width, height, fit, position: 'centre', kernel: 'linear', fastShrinkOnLoad: false }),
    channels,
  )
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  if (data.length !== width * height * channels) {
    throw new Error(`Expected ${width * height * channels} bytes of pixels. Received: ${data.length}`)
  }
  return data
}
