import { decodeApart } from './decode-apart.ts'
import { faultOfType, refuseFault } from './image-faults.ts'
import { lumaOf } from './luma.ts'
import { MAX_IMAGE_BYTES } from './image-limits.ts'
import type { PixelSize } from './pixel-size.ts'
import { readFileSafely } from './read-file-safely.ts'
import { readPixels } from './read-pixels.ts'
import { resizeApart } from './resize-apart.ts'
import { type Pixels, resize } from './resize.ts'

/** Changes whenever the same file would give other pixels; part of the pixel cache's key. */
export const DECODER_VERSION = 3

/** Pixels as every network gets them, in training and prediction alike: height * width * channels bytes, row by row.
 *  The whole picture is read (read-pixels.ts), made grey where the network wants one channel (luma.ts), then resized (resize.ts). The
 *  programs beside an export do the same, bit for bit; where `size` says `fast`, a large JPEG is shrunk while it is read, which they do not. */
export async function decodeToSize(source: string | Uint8Array, size: PixelSize): Promise<Uint8Array> {
  const bytes = bytesOf(source)
  const pixels = await decodeApart(bytes, size)
  return pixels ?? resizeApart(inChannels(await readPixels(bytes, size), size.channels), size)
}

/** A whole picture, upright. */
export async function decode(source: string | Uint8Array): Promise<Pixels> {
  return readPixels(bytesOf(source))
}

/** Of what is an image that Graft reads; throws E_DATASET_UNUSABLE otherwise. */
function bytesOf(source: string | Uint8Array): Uint8Array {
  const bytes = typeof source === 'string' ? readFileSafely(source, MAX_IMAGE_BYTES) : source
  refuseFault(faultOfType(bytes, ''))
  return bytes
}

export function toSize(picture: Pixels, size: PixelSize): Uint8Array {
  return resize(inChannels(picture, size.channels), size)
}

/** The same for raw pixels (a row of a pack). */
export function resizeRaw(
  data: Uint8Array,
  shape: { height: number; width: number; channels: 1 | 3 },
  size: PixelSize,
): Uint8Array {
  return toSize({ ...shape, data }, size)
}

function inChannels(image: Pixels, channels: 1 | 3): Pixels {
  if (image.channels === channels) return image
  return { ...image, channels, data: channels === 1 ? lumaOf(image.data) : threefold(image.data) }
}

function threefold(grey: Uint8Array): Uint8Array {
  const colour = new Uint8Array(grey.length * 3)
  for (let i = 0; i < grey.length; i++) colour.fill(grey[i]!, i * 3, i * 3 + 3)
  return colour
}
