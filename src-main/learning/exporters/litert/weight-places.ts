import type { LiteRtGraph, LiteRtTensor } from './graph.ts'
import type { OperatorCode } from './schema.ts'

/** Where an operator's weights have their output channels. */
export const CHANNEL_AXIS: Partial<Readonly<Record<OperatorCode, number>>> = Object.freeze({
  CONV_2D: 0,
  DEPTHWISE_CONV_2D: 3,
  FULLY_CONNECTED: 0,
})

/** Names of weights by the axis of their channels. */
export function weightPlaces({ operators }: LiteRtGraph): Map<string, number> {
  const places = new Map<string, number>()
  for (const { code, inputs } of operators) {
    const axis = CHANNEL_AXIS[code]
    if (axis !== undefined) places.set(inputs[1]!, axis)
  }
  return places
}

/** Smaller constants save nothing that is worth the cost: they stay float32. As TensorFlow's own converter has it. */
const FEWEST_NUMBERS = 1024

export function isLarge({ shape }: LiteRtTensor): boolean {
  return shape.reduce((total, size) => total * size, 1) >= FEWEST_NUMBERS
}

export interface Floats {
  readonly shape: readonly number[]
  readonly values: () => Float32Array
  readonly scales?: readonly number[]
}

/** A constant that is float32 still. */
export function floatsOf({ values, ...tensor }: LiteRtTensor): Floats {
  return { ...tensor, values: values as () => Float32Array }
}
