import type { PixelSize } from './pixel-size.ts'

/** By how much libjpeg can shrink a picture while it decodes it, most first. */
const SHRINKS = [8, 4, 2] as const
/** What is left is still this many times the size that is wanted, so that the last step is always resize.ts's. */
const LEFT = 2

/** The size that a JPEG of some size is decoded to where `fast` is asked for; null: it is too small to be shrunk. libvips shrinks by 2, 4 or 8 in the
 *  decoder where a target is more than a whole step smaller than that, and by what remains with a cubic of its own: so the target is the
 *  picture over 3, 5 or 9, which leaves that cubic the least to do. Sizes are as the picture is seen, upright. */
export function shrunkSize(picture: { width: number; height: number }, size: PixelSize): PictureSize | null {
  const factor = Math.min(picture.width / size.width, picture.height / size.height)
  const shrink = SHRINKS.find((shrink) => factor >= LEFT * (shrink + 1))
  if (shrink === undefined) return null
  return { width: Math.floor(picture.width / (shrink + 1)), height: Math.floor(picture.height / (shrink + 1)) }
}

interface PictureSize {
  readonly width: number
  readonly height: number
}
