import { product } from '../../network/layers/row-parts.ts'
import type { Constant } from '../../operations/graph.ts'

/** real = scale (stored - zero point): one scale for all, or one a slice along `axis`. */
export interface Quantization {
  readonly scales: readonly number[]
  readonly zeroPoints: readonly number[]
  readonly axis?: number
}

/** Weights, a scale a channel. Numbers as they are stored. */
export interface QuantizedWeights {
  readonly type: 'int8'
  readonly shape: readonly number[]
  readonly values: () => Int8Array
  readonly quantization: Quantization
}

export interface QuantizedBias {
  readonly type: 'int32'
  readonly shape: readonly number[]
  readonly values: () => Int32Array
  readonly quantization: Quantization
}

type Numbers = Pick<Constant, 'shape' | 'values' | 'scales'>

/** Where the numbers of a value lie. What follows from it is as LiteRT's 8-bit quantization specification has it. */
export interface Range {
  readonly min: number
  readonly max: number
}

/** Weights are symmetric. */
export const LARGEST_WEIGHT = 127
const [LOWEST, HIGHEST] = [-128, 127]

/** A channel this much smaller than the largest is as good as nothing; its scale must not be so small that a product with it overflows. */
const SMALLEST_CHANNEL = 1e-6

/** A bias is held in 32 bits in steps of its channel's scale; half of them leave room for the sum. */
const LARGEST_BIAS = 2 ** 30

/** Of activations: one scale, 0 falls on a whole number. */
export function activationQuantization({ min, max }: Range): Quantization {
  const [low, high] = [Math.min(min, 0), Math.max(max, 0)]
  const scale = Math.fround((high - low) / (HIGHEST - LOWEST)) || 1
  const zeroPoint = Math.min(Math.max(Math.round(LOWEST - low / scale), LOWEST), HIGHEST)
  return { scales: [scale], zeroPoints: [zeroPoint] }
}

/** What is between 0 and 1, and between -1 and 1. */
export const UNIT: Quantization = Object.freeze({ scales: [1 / 256], zeroPoints: [LOWEST] })
export const SYMMETRIC_UNIT: Quantization = Object.freeze({ scales: [1 / 128], zeroPoints: [0] })

/** Numbers as int8 of one scale; what lies outside becomes the nearest end. */
export function quantized(values: ArrayLike<number>, { scales, zeroPoints }: Quantization): Int8Array {
  const [scale, zeroPoint] = [scales[0]!, zeroPoints[0]!]
  return Int8Array.from(values, (value) => {
    return Math.min(Math.max(Math.round(value / scale) + zeroPoint, LOWEST), HIGHEST)
  })
}

export interface WeightOptions {
  /** Of the output channels. */
  readonly axis: number
  /** The bias that goes with the weights, and the scale of what they meet, where both become integers. */
  readonly bias?: { readonly values: Float32Array; readonly inputScale: number } | undefined
}

/** Weights as int8, -127 to 127, symmetric, one scale a channel. */
export function quantizedWeights(numbers: Numbers, { axis, bias }: WeightOptions): QuantizedWeights {
  const { shape, values } = numbers
  const scales = numbers.scales?.map(Math.fround) ?? weightScales(numbers, { axis, bias })
  const stored = (): Int8Array => {
    const from = values()
    const to = new Int8Array(from.length)
    eachOfChannels(shape, axis, (channel, i) => {
      to[i] = Math.min(Math.max(Math.round(from[i]! / scales[channel]!), -LARGEST_WEIGHT), LARGEST_WEIGHT)
    })
    return to
  }
  return { type: 'int8', shape, values: stored, quantization: { scales, zeroPoints: scales.map(() => 0), axis } }
}

function weightScales({ shape, values }: Numbers, { axis, bias }: WeightOptions): number[] {
  const largest = largestOfChannels(values(), shape, axis)
  const floor = Math.max(...largest) * SMALLEST_CHANNEL || 1
  return Array.from(largest, (size, channel) => {
    const needed = bias === undefined ? 0 : Math.abs(bias.values[channel]!) / bias.inputScale / LARGEST_BIAS
    return Math.fround(Math.max(Math.max(size, floor) / LARGEST_WEIGHT, needed))
  })
}

function largestOfChannels(weights: Float32Array, shape: readonly number[], axis: number): Float64Array {
  const largest = new Float64Array(shape[axis]!)
  eachOfChannels(shape, axis, (channel, i) => {
    const size = Math.abs(weights[i]!)
    if (size > largest[channel]!) largest[channel] = size
  })
  return largest
}

/** A bias in 32 bits: its scale is that of the input times that of the channel's weights. */
export function quantizedBias({ shape, values }: Numbers, inputScale: number, weights: Quantization): QuantizedBias {
  const scales = weights.scales.map((scale) => Math.fround(scale * inputScale))
  const stored = () => Int32Array.from(values(), (value, channel) => Math.round(value / scales[channel]!))
  return {
    type: 'int32',
    shape,
    values: stored,
    quantization: { scales, zeroPoints: scales.map(() => 0), axis: 0 },
  }
}

/** Calls for each number, row-major, with the channel that it belongs to. */
function eachOfChannels(shape: readonly number[], axis: number, call: (channel: number, place: number) => void): void {
  const [channels, inner, outer] = [shape[axis]!, product(shape.slice(axis + 1)), product(shape.slice(0, axis))]
  let place = 0
  for (let block = 0; block < outer; block++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let i = 0; i < inner; i++) call(channel, place++)
    }
  }
}
