import type { Kernel } from './kernel-node.ts'
import type { TensorScale } from './program-builder.ts'
import { FrozenRefusal } from './frozen-refusal.ts'

const MOST_WEIGHT = 127
const MOST_SUM = 2 ** 31 - 1
/** What a bias may take of the sum at the most. */
const MOST_BIAS = 2 ** 29

export interface KernelScales {
  readonly input: TensorScale
  /** What every number of the input is more than its steps say; 0 but for pixels (quantise-input.ts). */
  readonly offset: number
  readonly output: TensorScale
  /** Mean of each channel of the input over the calibration's images; null: weights' rounding is not made up for. */
  readonly means: Float32Array | null
}

/** A kernel in int8, symmetric and of a scale for each output channel (Krishnamoorthi 2018, arXiv 1806.08342, section 3). What the rounding of the
 *  weights adds to a channel on average is taken off its bias (Nagel et al. 2019, arXiv 1906.04721, section 4.2: E[x] of each input channel times the
 *  weights' error). */
export function quantiseKernel(node: Kernel, { input, offset, output, means }: KernelScales) {
  const values = node.weights()
  const bias = node.bias()
  const channels = bias.length
  const scales = weightScales(values, bias, input)
  const weights = new Int8Array(values.length)
  const sums = { steps: new Float64Array(channels), size: new Float64Array(channels), lost: new Float64Array(channels) }
  const inputChannel = inputChannels(node, values.length, channels)
  values.forEach((value, i) => {
    const c = i % channels
    const q = Math.min(Math.max(Math.round(value / scales[c]!), -MOST_WEIGHT), MOST_WEIGHT)
    weights[i] = q
    sums.steps[c]! += q
    sums.size[c]! += Math.abs(q)
    const mean = means?.[inputChannel(i)] ?? 0
    sums.lost[c]! += (q * scales[c]! - value) * mean - q * scales[c]! * offset
  })
  const whole = Int32Array.from(bias, (value, c) => {
    const own = Math.round((value - sums.lost[c]!) / (input.scale * scales[c]!))
    const all = own - input.zeroPoint * sums.steps[c]!
    if (Math.abs(all) + 255 * sums.size[c]! > MOST_SUM) throw new FrozenRefusal(node.name, TOO_MANY)
    return all
  })
  const multipliers = Float32Array.from(scales, (scale) => (input.scale * scale) / output.scale)
  return { weights, bias: whole, multipliers }
}

const TOO_MANY = 'its sums may not fit into 32 bits'

/** Largest weight / 127 of each channel; more where its bias would not fit. */
function weightScales(values: Float32Array, bias: Float32Array, input: TensorScale): Float64Array {
  const largest = new Float64Array(bias.length)
  values.forEach((value, i) => (largest[i % bias.length] = Math.max(largest[i % bias.length]!, Math.abs(value))))
  return largest.map((value, c) => {
    const least = Math.abs(bias[c]!) / (input.scale * MOST_BIAS)
    return Math.max(value / MOST_WEIGHT, least) || 1
  })
}

/** The input channel that a weight belongs to, by the weight's place. */
function inputChannels({ kind, size, groups }: Kernel, weights: number, channels: number): (i: number) => number {
  if (kind === 'depthwise') return (i) => i % channels
  const inner = weights / (size[0] * size[1] * channels)
  const perGroup = channels / groups
  return (i) => Math.floor((i % channels) / perGroup) * inner + (Math.floor(i / channels) % inner)
}
