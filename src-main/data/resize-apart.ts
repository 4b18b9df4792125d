import { type PackedTaps, packTaps } from './pack-taps.ts'
import type { PixelSize } from './pixel-size.ts'
import { type Pixels, resize, tapsFor } from './resize.ts'

/** resize.ts's sums in native code (build/addon/resize), on a thread of the system's pool: picture, its width, height and channels, how it is brought to
 *  another width (null: it has it) and to another height. Gives the bytes that `resize` gives. */
export type Resample = (
  data: Uint8Array,
  width: number,
  height: number,
  channels: 1 | 3,
  across: PackedTaps | null,
  down: PackedTaps,
) => Promise<Uint8Array>

/** Below it, going to another thread and back takes as long as the sums. */
const FEW_BYTES = 100_000

let native: Resample | null = null

/** What the trainer process has found; null: JavaScript resizes. */
export function useResample(resample: Resample | null): void {
  native = resample
}

/** `resize`, beside what JavaScript does meanwhile where there is native code for it: a photograph of 12 megapixels takes 60 ms there, and it is
 *  the one thread that all pictures have to go through. */
export async function resizeApart(image: Pixels, size: PixelSize): Promise<Uint8Array> {
  return native === null || image.data.length < FEW_BYTES ? resize(image, size) : resizeBy(native, image, size)
}

export async function resizeBy(resample: Resample, image: Pixels, size: PixelSize): Promise<Uint8Array> {
  const { across, down, isAsHigh } = tapsFor(image, size)
  if (across === null && isAsHigh) return image.data
  const { data, width, height, channels } = image
  return resample(data, width, height, channels, across === null ? null : packTaps(across), packTaps(down))
}
