import type { FrozenNodes } from './frozen-node.ts'
import { type ChannelMap, storedToReal, type StoredInput } from './input-step.ts'
import { inputsOf, type TensorScale } from './program-builder.ts'
import type { ChannelNumbers } from './quantise-kernel.ts'
import { tensorScale } from './tensor-scale.ts'

const LARGEST_BYTE = 255
/** Of a step: below it the pixels lie on the grid but for rounding. */
const ON_GRID = 1e-4

export interface QuantisedInput extends TensorScale {
  /** null: every number is (q - zeroPoint) * scale. */
  readonly channels: ChannelNumbers | null
  readonly map: ChannelMap
}

/** How the input lies in uint8. Bytes stay as they are where kernels alone read them: nothing is rounded. A channel's normalisation goes into their weights,
 *  and where 0 is no pixel's number, what all numbers are off by into their bias (at an image's edge, half a pixel's number may remain). Else: the range of
 *  all channels. */
export function quantiseInput(
  { input, nodes }: FrozenNodes,
  stored: StoredInput,
  seen: { readonly low: number; readonly high: number },
): QuantisedInput {
  const map = storedToReal(input, stored)
  if (stored.storage === 'uint8') {
    const pixels = pixelGrid(map)
    const isKernel = nodes.every((node) => !inputsOf(node).includes(input.name) || ('weights' in node && node.added !== input.name && node.isCopy !== true)) // prettier-ignore
    if (pixels !== null && (pixels.channels === null || isKernel)) return pixels
    return { ...tensorScale(endsOf(map, 0, LARGEST_BYTE)), channels: null, map }
  }
  return { ...tensorScale(seen), channels: null, map }
}

function pixelGrid({ scale, shift }: ChannelMap): QuantisedInput | null {
  const zeros = shift.map((value, c) => -value / scale[c]!)
  if (scale.some((value) => !(value > 0)) || zeros.some((zero) => !(zero >= 0 && zero <= LARGEST_BYTE))) return null
  const widest = Math.fround(Math.max(...scale))
  const zeroPoint = Math.round(zeros.reduce((sum, zero) => sum + zero, 0) / zeros.length)
  const scales = Float32Array.from(scale, (value) => value / widest)
  const offsets = Float32Array.from(zeros, (zero, c) => (zeroPoint - zero) * scale[c]!)
  const isPlain = scales.every((value) => value === 1) && zeros.every((zero) => Math.abs(zeroPoint - zero) < ON_GRID)
  // The same number at every place: x * 1 + 0.
  const map = { scale: scale.map(() => widest), shift: scale.map(() => -widest * zeroPoint) }
  return { scale: widest, zeroPoint, channels: isPlain ? null : { scales, offsets }, map }
}

/** Of what the channels make of numbers between two. */
function endsOf({ scale, shift }: ChannelMap, from: number, to: number): { low: number; high: number } {
  const ends = [...scale].flatMap((value, c) => [value * from + shift[c]!, value * to + shift[c]!])
  return { low: Math.min(...ends), high: Math.max(...ends) }
}
