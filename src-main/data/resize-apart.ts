import type { PixelSize } from './pixel-size.ts'
import { type Pixels, resize, type Taps, tapsFor } from './resize.ts'

/** One axis for `Resample`: outputs, taps of each at most, then `first`, `count` and `weights` of Taps. */
export type PackedTaps = Int32Array

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
  return resample(data, width, height, channels, across === null ? null : packed(across), packed(down))
}

function packed({ first, count, weights, most }: Taps): PackedTaps {
  const outputs = first.length
  const all = new Int32Array(2 + outputs * (2 + most))
  all.set([outputs, most])
  all.set(first, 2)
  all.set(count, 2 + outputs)
  all.set(weights, 2 + 2 * outputs)
  return all
}
