import { inverseFactor } from './inverse-factor.ts'
import type { Kernel } from './kernel-node.ts'
import { inputChannelOf, inSteps, type KernelScales, MOST_WEIGHT, weightScales } from './quantise-kernel.ts'
import { roundWeights } from './round-weights.ts'
import type { SecondMoments } from './second-moments.ts'

/** The weights in whole numbers, rounded with regard to how their inputs go together. Pauses every few milliseconds. */
export function* roundedKernel(
  node: Kernel,
  scales: Pick<KernelScales, 'input' | 'inputChannels'>,
  moments: SecondMoments,
): Generator<void, Int8Array> {
  const { values, bias } = inSteps(node, scales)
  const channels = bias.length
  const own = weightScales(values, bias, scales.input)
  const { inputs, isShared } = moments
  const channelOf = inputChannelOf(node, values.length, channels)
  // Of numbers that stand for the input, not of the input's.
  const scaleOf = (k: number, c: number) => scales.inputChannels?.scales[channelOf(k * channels + c)] ?? 1
  const rounded = new Int8Array(values.length)
  const round = function* (first: number, end: number) {
    const inputScales = Float64Array.from({ length: inputs }, (_, k) => scaleOf(k, first))
    const factor = yield* inverseFactor(divided(moments.covariance(first), inputScales), inputs)
    const weights = new Float64Array((end - first) * inputs)
    for (let at = 0; at < weights.length; at++) weights[at] = values[(at % inputs) * channels + first + Math.floor(at / inputs)]! // prettier-ignore
    const whole = yield* roundWeights(weights, own.subarray(first, end), MOST_WEIGHT, factor)
    for (let at = 0; at < whole.length; at++) rounded[(at % inputs) * channels + first + Math.floor(at / inputs)] = whole[at]! // prettier-ignore
  }
  if (isShared) yield* round(0, channels)
  else for (let c = 0; c < channels; c++) yield* round(c, c + 1)
  return rounded
}

/** A covariance matrix of inputs that are divided by numbers. In place. */
function divided(covariance: Float64Array, by: Float64Array): Float64Array {
  const size = by.length
  for (let i = 0, at = 0; i < size; i++) for (let j = 0; j < size; j++, at++) covariance[at]! /= by[i]! * by[j]!
  return covariance
}
