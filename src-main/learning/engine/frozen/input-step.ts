import type { Samples } from '../data/training-data.ts'
import type { FrozenInput } from './frozen-node.ts'
import type { FrozenStep } from './frozen-program.ts'
import type { TensorScale } from './program-builder.ts'

/** How samples are stored, and what makes them the network's input. */
export type StoredInput = Pick<Samples, 'storage' | 'normalisation'>

/** Per channel, x * scale + shift. */
export interface ChannelMap {
  readonly scale: Float64Array
  readonly shift: Float64Array
}

/** From a stored number to what the first layer that is no such map sees. */
export function storedToReal({ scale, shift }: FrozenInput, { normalisation }: StoredInput): ChannelMap {
  const at = (values: readonly number[], c: number) => values[values.length === 1 ? 0 : c]!
  if (normalisation === null) return { scale, shift }
  return {
    scale: scale.map((value, c) => value * at(normalisation.scale, c)),
    shift: shift.map((value, c) => value + scale[c]! * at(normalisation.shift, c)),
  }
}

/** The step that takes the samples in: places 0 and 1. */
export function inputStep(map: ChannelMap, { scale, zeroPoint }: TensorScale, takes: 'uint8' | 'float32'): FrozenStep {
  const a = Float32Array.from(map.scale, (value) => value / scale)
  const b = Float32Array.from(map.shift, (value) => value / scale + zeroPoint)
  return { kind: 'input', input: 0, output: 1, a, b, takes }
}
