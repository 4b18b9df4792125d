import type { FrozenInput, FrozenNodes } from './frozen-node.ts'
import { type ChannelMap, storedToReal, type StoredInput } from './input-step.ts'
import { inputsOf, type TensorScale } from './program-builder.ts'
import { tensorScale } from './tensor-scale.ts'

const LARGEST_BYTE = 255
/** Of a step: below it the pixels lie on the grid but for rounding. */
const ON_GRID = 1e-4

export interface QuantisedInput extends TensorScale {
  /** What every number is more than (q - zeroPoint) * scale says. */
  readonly offset: number
  readonly map: ChannelMap
}

/** How the input lies in uint8. Bytes with one normalisation for all channels stay as they are: the step is a pixel's, so nothing is rounded. Where 0 lies
 *  between two pixels, all numbers are off by the same part of a step, which kernels take into their bias. Else: the range of all channels. */
export function quantiseInput(
  { input, nodes }: FrozenNodes,
  stored: StoredInput,
  seen: { readonly low: number; readonly high: number },
): QuantisedInput {
  const map = storedToReal(input, stored)
  if (stored.storage === 'uint8') {
    const pixels = pixelGrid(map)
    const isKernel = nodes.every((node) => !inputsOf(node).includes(input.name) || ('weights' in node && node.added !== input.name)) // prettier-ignore
    if (pixels !== null && (pixels.offset === 0 || isKernel)) return pixels
    return { ...tensorScale(endsOf(map, 0, LARGEST_BYTE)), offset: 0, map }
  }
  return { ...tensorScale(endsOf(ownMap(input), seen.low, seen.high)), offset: 0, map }
}

function pixelGrid(map: ChannelMap): QuantisedInput | null {
  const [scale] = map.scale
  const [shift] = map.shift
  const isOne = map.scale.every((value) => value === scale) && map.shift.every((value) => value === shift)
  const zero = -shift! / scale!
  if (!isOne || !(scale! > 0) || !(zero >= 0) || zero > LARGEST_BYTE) return null
  const zeroPoint = Math.round(zero)
  const offset = Math.abs(zeroPoint - zero) < ON_GRID ? 0 : (zeroPoint - zero) * scale!
  // The same number at every place: x * 1 + 0.
  const own = { scale: map.scale.map(Math.fround), shift: map.scale.map((value) => -Math.fround(value) * zeroPoint) }
  return { scale: Math.fround(scale!), zeroPoint, offset, map: own }
}

function ownMap({ scale, shift }: FrozenInput): ChannelMap {
  return { scale, shift }
}

/** Of what the channels make of numbers between two. */
function endsOf({ scale, shift }: ChannelMap, from: number, to: number): { low: number; high: number } {
  const ends = [...scale].flatMap((value, c) => [value * from + shift[c]!, value * to + shift[c]!])
  return { low: Math.min(...ends), high: Math.max(...ends) }
}
