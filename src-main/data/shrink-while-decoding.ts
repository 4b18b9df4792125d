import type { Metadata } from 'sharp'
import type { PixelSize } from './pixel-size.ts'
import type { Shrunk } from './resize.ts'

/** By how much libjpeg can shrink a picture while it decodes it, most first. */
const SHRINKS = [8, 4, 2] as const
/** What is left is still this many times the size that is wanted, so that the last step is always resize.ts's. */
const LEFT = 2
/** EXIF orientations whose first column lies right, whose first row lies below, and whose rows are columns, when the picture is upright. */
export const MIRRORED = { across: new Set([2, 3, 6, 7]), down: new Set([3, 4, 7, 8]), turned: 5 }

export interface Shrinking {
  /** What to ask libvips for, upright. */
  readonly width: number
  readonly height: number
  readonly shrunk: Shrunk
}

/** How a JPEG is decoded where `fast` is asked for; null: it is too small to be shrunk. libvips shrinks by 2, 4 or 8 in the decoder where a target is
 *  more than a whole step smaller than that, and by what remains with a cubic of its own: so the target is the picture over 3, 5 or 9, which
 *  leaves that cubic the least to do. Of a side that is no multiple of the shrink up to seven pixels are lost, so it is said to
 *  fractions where the whole picture would lie: without that everything moves a little, edges by up to half a pixel. */
export function shrinkWhileDecoding({ autoOrient, orientation = 1 }: Oriented, size: PixelSize): Shrinking | null {
  const { width, height } = autoOrient
  const factor = Math.min(width / size.width, height / size.height)
  const shrink = SHRINKS.find((shrink) => factor >= LEFT * (shrink + 1))
  if (shrink === undefined) return null
  const across = sideOf(width, shrink, MIRRORED.across.has(orientation))
  const down = sideOf(height, shrink, MIRRORED.down.has(orientation))
  const shrunk = { left: across.from, right: across.to, top: down.from, bottom: down.to, from: { width, height } }
  return { width: across.pixels, height: down.pixels, shrunk }
}

/** By how much our own decoder shrinks a JPEG where `fast` is asked for: it does so by nothing else, so whole steps count. */
export function shrinkOf({ width, height }: Sides, size: Sides): 1 | 2 | 4 | 8 {
  const factor = Math.min(width / size.width, height / size.height)
  return SHRINKS.find((shrink) => factor >= LEFT * shrink) ?? 1
}

type Sides = Pick<PixelSize, 'width' | 'height'>
type Oriented = Pick<Metadata, 'autoOrient' | 'orientation'>

function sideOf(length: number, shrink: number, isMirrored: boolean) {
  const pixels = Math.floor(length / (shrink + 1))
  // libvips leaves out a last pixel of which there is a part only.
  const all = (pixels * length) / shrink / Math.floor(length / shrink)
  return isMirrored ? { pixels, from: pixels - all, to: pixels } : { pixels, from: 0, to: all }
}
