import { MAX_PIXELS } from './image-limits.ts'
import { type JpegHead, readJpegHead } from './jpeg-head.ts'
import { packTaps, type PackedTaps } from './pack-taps.ts'
import type { PixelSize } from './pixel-size.ts'
import { type Taps, tapsFor, tapsOf } from './resize.ts'
import { MIRRORED, shrinkOf } from './shrink-while-decoding.ts'

/** The decoder of common JPEGs in build/addon/jpeg, on a thread of the system's pool: file, by how much it is shrunk, whether its lines are the picture's columns, how
 *  the picture is brought to another width and height, along the file. Gives RGB; null: the file is of another kind or damaged, which libvips will say. */
export type DecodeJpeg = (
  file: Uint8Array,
  shrink: 1 | 2 | 4 | 8,
  isTurned: boolean,
  across: PackedTaps,
  down: PackedTaps,
) => Promise<Uint8Array | null>

let native: DecodeJpeg | null = null

/** What the trainer process has found; null: everything is decoded by libvips. */
export function useDecodeJpeg(decodeJpeg: DecodeJpeg | null): void {
  native = decodeJpeg
}

/** Distinguishes `fast` pixels in caches: where our own decoder shrinks, no filter of libvips comes behind it. Exact pixels are the same either way. */
export function fastDecoding(): 'fast' | 'fast-lines' {
  return native === null ? 'fast' : 'fast-lines'
}

/** A JPEG's pixels at a size, upright: decoded line by line and resized on the way, so that it is never in memory as a whole. Exact decoding gives the bytes of libvips and
 *  `resize`. null: it is not for this decoder. */
export async function decodeApart(bytes: Uint8Array, size: PixelSize): Promise<Uint8Array | null> {
  if (native === null || size.channels !== 3) return null
  const head = readJpegHead(bytes)
  if (head === null || head.width * head.height > MAX_PIXELS) return null
  return decodeBy(native, bytes, head, size)
}

function decodeBy(decode: DecodeJpeg, bytes: Uint8Array, head: JpegHead, size: PixelSize) {
  const { orientation } = head
  const isTurned = orientation >= MIRRORED.turned
  const from = isTurned ? { width: head.height, height: head.width } : { width: head.width, height: head.height }
  const shrink = size.decoding === 'fast' ? shrinkOf(from, size) : 1
  const [width, height] = [Math.ceil(from.width / shrink), Math.ceil(from.height / shrink)]
  const isMirrored = { across: MIRRORED.across.has(orientation), down: MIRRORED.down.has(orientation) }
  // libjpeg's last pixel stands for a part of one where the side is no multiple of the shrink.
  const whole = {
    ...sideOf(['left', 'right'], width, from.width / shrink, isMirrored.across),
    ...sideOf(['top', 'bottom'], height, from.height / shrink, isMirrored.down),
  }
  const picture = shrink === 1 ? { width, height } : { width, height, shrunk: { ...whole, from } }
  const { across, down } = tapsFor(picture, size)
  const alongFile = (taps: Taps, length: number, mirrored: boolean) =>
    packTaps(mirrored ? fromTheEnd(taps, length) : taps)
  return decode(
    bytes,
    shrink,
    isTurned,
    alongFile(across ?? tapsOf(width, 0, width, width), width, isMirrored.across),
    alongFile(down, height, isMirrored.down),
  )
}

/** Where the whole of a side lies that is `length` pixels long to a fraction, in the `pixels` that there are of it. */
function sideOf<From extends string, To extends string>(
  names: readonly [From, To],
  pixels: number,
  length: number,
  isMirrored: boolean,
): Record<From | To, number> {
  const from = isMirrored ? pixels - length : 0
  return { [names[0]]: from, [names[1]]: from + length } as Record<From | To, number>
}

/** The same outputs from a line that is read from its other end. */
function fromTheEnd({ first, count, weights, most }: Taps, length: number): Taps {
  const backwards = new Int32Array(weights.length)
  first.forEach((_, i) => {
    for (let k = 0; k < count[i]!; k++) backwards[i * most + k] = weights[i * most + count[i]! - 1 - k]!
  })
  return { first: first.map((start, i) => length - start - count[i]!), count, weights: backwards, most }
}
