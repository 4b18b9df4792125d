import type { Metadata, Sharp } from 'sharp'
import { faultOfDepth, refuseFault } from './image-faults.ts'
import { openImage } from './open-image.ts'
import type { PixelSize } from './pixel-size.ts'
import type { Pixels } from './resize.ts'
import { shrinkWhileDecoding, type Shrinking } from './shrink-while-decoding.ts'

/** A picture at its full size, or shrunk where `size` allows it, upright (EXIF), as its first frame or page has it: 8 bits a channel (of 16 the upper eight), grey where the file is
 *  grey, else RGB as it is written: embedded colour profiles are left aside, CMYK is turned by arithmetic, transparent parts lie on white.
 *  @throws GraftError E_DATASET_UNUSABLE where white is not known */
export async function readPixels(bytes: Uint8Array, size?: PixelSize): Promise<Pixels> {
  const metadata = await (await openImage(bytes)).metadata()
  refuseFault(faultOfDepth(metadata))
  const shrinking = shrinkingOf(metadata, size)
  const image = await openImage(bytes)
  const { data, info } = await inItsSpace(shrinking === null ? image : shrink(image, shrinking), metadata)
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const { width, height } = info
  if (metadata.space === 'cmyk') return { width, height, channels: 3, data: rgbOfCmyk(data, info.channels) }
  if (info.channels === 4) return { width, height, channels: 3, data: onWhite(data) }
  const picture = { width, height, channels: info.channels === 1 ? 1 : 3, data } as const
  return shrinking === null ? picture : { ...picture, shrunk: shrinking.shrunk }
}

/** Of JPEG alone: other decoders have no such step, and of CMYK the arithmetic comes first. */
function shrinkingOf(metadata: Metadata, size: PixelSize | undefined): Shrinking | null {
  if (size?.decoding !== 'fast' || metadata.format !== 'jpeg' || metadata.space === 'cmyk') return null
  return shrinkWhileDecoding(metadata, size)
}

function shrink(image: Sharp, { width, height }: Shrinking): Sharp {
  return image.resize({ width, height, fit: 'fill', kernel: 'cubic', fastShrinkOnLoad: true })
}

/** Grey of 8 bits stays one channel. With transparency, or of 16 bits, only the way over colour keeps the alpha and the upper bits as they are. */
function inItsSpace(image: Sharp, { space, hasAlpha }: Metadata): Sharp {
  if (space === 'cmyk') return image.pipelineColourspace('cmyk').toColourspace('cmyk')
  return image.toColourspace(space === 'b-w' && !hasAlpha ? 'b-w' : 'srgb')
}

/** value * alpha + white * (1 - alpha), rounded. */
function onWhite(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3)
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    const alpha = rgba[from + 3]!
    for (let c = 0; c < 3; c++) rgb[to++] = byteProduct(rgba[from + c]!, alpha) + 255 - alpha
  }
  return rgb
}

/** Ink is what is taken away from white: R = (1 - K) - C * (1 - K), in the bytes of Pillow's `convert("RGB")`. */
function rgbOfCmyk(cmyk: Uint8Array, channels: number): Uint8Array {
  const rgb = new Uint8Array((cmyk.length / channels) * 3)
  for (let from = 0, to = 0; from < cmyk.length; from += channels) {
    const light = 255 - cmyk[from + 3]!
    for (let c = 0; c < 3; c++) rgb[to++] = light - byteProduct(cmyk[from + c]!, light)
  }
  return rgb
}

/** a * b / 255, rounded to the nearest. */
function byteProduct(a: number, b: number): number {
  return Math.round((a * b) / 255)
}
