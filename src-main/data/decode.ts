import type { Sharp } from 'sharp'
import { GraftError } from '../contract/errors.ts'
import { enlarge } from './enlarge.ts'
import { faultOfDepth, faultOfType, type ImageFault } from './image-faults.ts'
import { lumaOf } from './luma.ts'
import { MAX_IMAGE_BYTES } from './image-limits.ts'
import { flatten, loadSharp, openImage } from './open-image.ts'
import type { PixelSize } from './pixel-size.ts'
import { readFileSafely } from './read-file-safely.ts'

/** Changes whenever the same file would give other pixels; part of the pixel cache's key. */
export const DECODER_VERSION = 2

/** Pixels as every network gets them, in training and prediction alike: height * width * channels bytes, row by row.
 *  Upright (EXIF), alpha over white, sRGB, or grey from it (luma.ts). The kernel is linear: bilinear between the centres of pixels when
 *  enlarging (enlarge.ts); when reducing it widens with the factor (libvips' `linear`, a triangle over every source pixel),
 *  so nothing aliases. */
export async function decodeToSize(source: string | Uint8Array, size: PixelSize): Promise<Uint8Array> {
  const bytes = typeof source === 'string' ? readFileSafely(source, MAX_IMAGE_BYTES) : source
  refuse(faultOfType(bytes, ''))
  const metadata = await (await openImage(bytes)).metadata()
  refuse(faultOfDepth(metadata))
  return resized(await openImage(bytes), metadata.autoOrient, size)
}

/** The same for raw pixels (a row of a pack). */
export async function resizeRaw(
  pixels: Uint8Array,
  shape: { height: number; width: number; channels: 1 | 3 },
  size: PixelSize,
): Promise<Uint8Array> {
  const { height, width, channels } = shape
  const isSameColour = channels === size.channels
  if (isSameColour && height === size.height && width === size.width) return pixels
  if (isSameColour && isEnlarging(shape, size)) return enlarge({ ...shape, data: pixels }, size)
  const sharp = await loadSharp()
  return resized(sharp(pixels, { raw: { width, height, channels } }), shape, size)
}

function refuse(fault: ImageFault | null): void {
  if (fault === null) return
  const message = fault.message.replace(/\.$/, '')
  throw new GraftError('E_DATASET_UNUSABLE', message, { fix: 'Convert the file, or leave it out.' })
}

interface Extent {
  readonly width: number
  readonly height: number
}

async function resized(image: Sharp, from: Extent, size: PixelSize): Promise<Uint8Array> {
  if (isEnlarging(from, size)) return enlarge(await rawOf(image, from, size.channels), size)
  // One side reduced, the other enlarged: first the one, then the other.
  const target = { width: Math.min(from.width, size.width), height: Math.min(from.height, size.height) }
  const part = size.resize === 'cover' ? image.extract(middleOf(from, size)) : image
  const options = { ...target, fit: 'fill', kernel: 'linear', fastShrinkOnLoad: false } as const
  const reduced = await rawOf(part.resize(options), target, size.channels)
  return target.width === size.width && target.height === size.height ? reduced.data : enlarge(reduced, size)
}

/** The middle of the source in the shape of the target, in whole pixels. As much is left out on either side, so that the centre
 *  stays where it is: its length may be up to one source pixel off for that. libvips' own crop is up to half an output pixel off. */
function middleOf(from: Extent, size: Extent) {
  const width = sameParity(Math.min(from.width, (from.height * size.width) / size.height), from.width)
  const height = sameParity(Math.min(from.height, (from.width * size.height) / size.width), from.height)
  return { width, height, left: (from.width - width) / 2, top: (from.height - height) / 2 }
}

/** The whole number next to `length`, which is more than 1, that is even or odd as `whole` is. */
function sameParity(length: number, whole: number): number {
  return whole - 2 * Math.round((whole - length) / 2)
}

/** Whether no source pixel is reduced. */
function isEnlarging(from: Extent, size: PixelSize): boolean {
  const [x, y] = [size.width / from.width, size.height / from.height]
  return size.resize === 'cover' ? Math.max(x, y) >= 1 : Math.min(x, y) >= 1
}

async function rawOf(image: Sharp, { width, height }: Extent, channels: 1 | 3) {
  const colour = await flatten(image, 3).raw({ depth: 'uchar' }).toBuffer()
  const data = channels === 3 ? colour : lumaOf(colour)
  const expected = width * height * channels
  if (data.length !== expected) throw new Error(`Expected ${expected} bytes of pixels. Received: ${data.length}`)
  return { width, height, channels, data }
}
