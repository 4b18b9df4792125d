import type { Constant, Operation, OperationGraph } from '../../operations/graph.ts'
import { LARGEST_WEIGHT } from './quantization.ts'

const KERNELS: ReadonlySet<Operation['op']> = new Set(['convolution', 'depthwiseConvolution', 'dense'])

/** What a kernel meets: the values whose means the correction needs. */
export function metByKernels({ operations }: OperationGraph): Set<string> {
  return new Set(operations.flatMap(({ inputs, op }) => (KERNELS.has(op) ? [inputs[0]!] : [])))
}

/** The graph with what the rounding of int8 weights adds to a channel on average taken off its bias: E[x] of each input channel times the weights'
 *  error (Nagel et al. 2019, arXiv 1906.04721, section 4.2), as a run's own int8 has it. `means`: of each channel of what kernels meet. */
export function correctedBiases(graph: OperationGraph, means: ReadonlyMap<string, Float64Array>): OperationGraph {
  const constants = new Map(graph.constants)
  for (const { inputs, op } of graph.operations) {
    if (!KERNELS.has(op)) continue
    const [x, kernel, bias] = inputs as [string, string, string]
    const mean = means.get(x)
    if (mean === undefined) continue
    const [weights, terms] = [graph.constants.get(kernel)!, graph.constants.get(bias)!]
    const isDepthwise = op === 'depthwiseConvolution'
    const values = () => {
      const lost = lostByRounding(weights, mean, isDepthwise)
      return terms.values().map((value, c) => value - lost[c]!)
    }
    constants.set(bias, { shape: terms.shape, values })
  }
  return { ...graph, constants }
}

/** Per output channel: the sum of what each weight is off by once it is int8, times the mean of what it meets. */
function lostByRounding(kernel: Constant, mean: Float64Array, isDepthwise: boolean): Float64Array {
  const { shape } = kernel
  const values = kernel.values()
  const channels = isDepthwise ? shape[2]! : shape.at(-1)!
  const inner = isDepthwise ? 1 : shape.at(-2)!
  // Groups of a convolution read neighbours: output channel c reads those of its group.
  const perGroup = channels / (isDepthwise ? channels : mean.length / inner)
  const largest = new Float64Array(channels)
  values.forEach((value, i) => (largest[i % channels] = Math.max(largest[i % channels]!, Math.abs(value))))
  const lost = new Float64Array(channels)
  values.forEach((value, i) => {
    const c = i % channels
    const scale = Math.fround(largest[c]! / LARGEST_WEIGHT) || 1
    const met = Math.floor(c / perGroup) * inner + (Math.floor(i / channels) % inner)
    lost[c]! += (Math.round(value / scale) * scale - value) * mean[met]!
  })
  return lost
}
