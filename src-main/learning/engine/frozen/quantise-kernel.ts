import type { Kernel } from './kernel-node.ts'
import type { TensorScale } from './program-builder.ts'
import { FrozenRefusal } from './frozen-refusal.ts'

/** The largest whole number of a weight, and the smallest with the other sign. */
export const MOST_WEIGHT = 127
const MOST_SUM = 2 ** 31 - 1
/** What a bias may take of the sum at the most. */
const MOST_BIAS = 2 ** 29

export interface KernelScales {
  readonly input: TensorScale
  /** A number of channel c of the input is (q - zeroPoint) * scale * scales[c] + offsets[c]; null: 1 and 0. */
  readonly inputChannels: ChannelNumbers | null
  readonly output: TensorScale
  /** Mean of each channel of the input over the calibration's images; null: weights' rounding is not made up for. */
  readonly means: Float32Array | null
  /** null: each weight is rounded by itself. */
  readonly rounded: Int8Array | null
}

export interface ChannelNumbers {
  readonly scales: Float32Array
  readonly offsets: Float32Array
}

/** A kernel in int8, symmetric and of a scale for each output channel (Krishnamoorthi 2018, arXiv 1806.08342, section 3). What the rounding of the
 *  weights adds to a channel on average is taken off its bias (Nagel et al. 2019, arXiv 1906.04721, section 4.2: E[x] of each input channel times the
 *  weights' error). */
export function quantiseKernel(node: Kernel, scales: KernelScales) {
  const { input, output } = scales
  const { values, bias } = inSteps(node, scales)
  const channels = bias.length
  const own = weightScales(values, bias, input)
  const weights = new Int8Array(values.length)
  const [steps, size, lost] = [0, 1, 2].map(() => new Float64Array(channels)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const mean = meansOf(node, values.length, scales)
  values.forEach((value, i) => {
    const c = i % channels
    const q = scales.rounded?.[i] ?? Math.min(Math.max(Math.round(value / own[c]!), -MOST_WEIGHT), MOST_WEIGHT)
    weights[i] = q
    steps[c]! += q
    size[c]! += Math.abs(q)
    lost[c]! += (q * own[c]! - value) * mean(i)
  })
  const whole = Int32Array.from(bias, (value, c) => {
    const all = Math.round((value - lost[c]!) / (input.scale * own[c]!)) - input.zeroPoint * steps[c]!
    if (Math.abs(all) + 255 * size[c]! > MOST_SUM) throw new FrozenRefusal(node.name, TOO_MANY)
    return all
  })
  const multipliers = Float32Array.from(own, (scale) => (input.scale * scale) / output.scale)
  return { weights, bias: whole, multipliers }
}

/** Weights and bias for an input without scales and offsets of its channels. */
export function inSteps(
  node: Kernel,
  { inputChannels }: Pick<KernelScales, 'inputChannels'>,
): { values: Float32Array; bias: Float32Array } {
  const [weights, bias] = [node.weights(), node.bias()]
  if (inputChannels === null) return { values: weights, bias }
  const channelOf = inputChannelOf(node, weights.length, bias.length)
  const { scales, offsets } = inputChannels
  const more = new Float64Array(bias.length)
  weights.forEach((value, i) => (more[i % bias.length]! += value * offsets[channelOf(i)]!))
  return {
    values: weights.map((value, i) => value * scales[channelOf(i)]!),
    bias: bias.map((value, c) => value + more[c]!),
  }
}

/** Of the input's number that a weight meets, by the weight's place. */
function meansOf(node: Kernel, weights: number, { means, inputChannels }: KernelScales): (i: number) => number {
  if (means === null) return () => 0
  const channelOf = inputChannelOf(node, weights, node.shape.channels)
  return (i) => {
    const k = channelOf(i)
    return (means[k]! - (inputChannels?.offsets[k] ?? 0)) / (inputChannels?.scales[k] ?? 1)
  }
}

const TOO_MANY = 'its sums may not fit into 32 bits'

/** Largest weight / 127 of each channel; more where its bias would not fit. */
export function weightScales(values: Float32Array, bias: Float32Array, input: TensorScale): Float64Array {
  const largest = new Float64Array(bias.length)
  values.forEach((value, i) => (largest[i % bias.length] = Math.max(largest[i % bias.length]!, Math.abs(value))))
  return largest.map((value, c) => {
    const least = Math.abs(bias[c]!) / (input.scale * MOST_BIAS)
    return Math.max(value / MOST_WEIGHT, least) || 1
  })
}

/** The input channel that a weight belongs to, by the weight's place. */
export function inputChannelOf(
  { kind, size, groups }: Pick<Kernel, 'kind' | 'size' | 'groups'>,
  weights: number,
  channels: number,
): (i: number) => number {
  if (kind === 'depthwise') return (i) => i % channels
  const inner = weights / (size[0] * size[1] * channels)
  const perGroup = channels / groups
  return (i) => Math.floor((i % channels) / perGroup) * inner + (Math.floor(i / channels) % inner)
}
