import type { Layer, LayerType, Network } from '../../contract/network.ts'
import type { WeightValues } from '../weights/weight-values.ts'
import { layerConfig } from './layer-config.ts'

type Weight = WeightValues extends ReadonlyMap<string, infer W> ? W : never

const KERNELS: Readonly<Record<string, string>> = Object.freeze({
  Conv2D: 'kernel',
  DepthwiseConv2D: 'depthwise_kernel',
  Dense: 'kernel',
})

const FOLDED: ReadonlySet<LayerType> = new Set(['BatchNormalization', 'LayerScale'])

/** A network for inference with BatchNorm folded into what it follows: kernel * f and (bias - mean) * f + beta with
 *  f = gamma / sqrt(variance + epsilon), per output channel; LayerScale in the same way with f = gamma. Folded is every
 *  BatchNormalization and LayerScale whose input is a linear Conv2D, DepthwiseConv2D or Dense that feeds nothing else and whose own
 *  output nobody asks for. The pair goes on under the name of the second, so that outputs and cuts keep their names. Layers in
 *  `keep` stay as they are. */
export function foldBatchNorm(
  network: Network,
  weights: WeightValues,
  keep: ReadonlySet<string>,
): { network: Network; weights: WeightValues } {
  const pairs = foldablePairs(network, keep)
  const folded = new Map<string, Weight>(weights)
  const layers = network.layers.flatMap((layer) => {
    if (pairs.some(({ linear }) => linear === layer)) return []
    const pair = pairs.find(({ norm }) => norm === layer)
    if (pair === undefined) return [layer]
    foldWeights(folded, pair)
    const config = { ...pair.linear.config, use_bias: true }
    return [{ ...pair.linear, name: layer.name, block: layer.block, config }]
  })
  return { network: { ...network, layers, features: layers.at(-1)!.name }, weights: folded }
}

interface Pair {
  readonly linear: Layer
  readonly norm: Layer
}

function foldablePairs(network: Network, keep: ReadonlySet<string>): Pair[] {
  const byName = new Map(network.layers.map((layer) => [layer.name, layer]))
  const uses = new Map<string, number>()
  for (const name of [...network.layers.flatMap(({ inputs }) => inputs), ...network.outputs, ...keep]) {
    uses.set(name, (uses.get(name) ?? 0) + 1)
  }
  return network.layers.flatMap((norm) => {
    if (!FOLDED.has(norm.type) || keep.has(norm.name)) return []
    const linear = byName.get(norm.inputs[0]!)!
    const isLinear = linear.type in KERNELS && (linear.config['activation'] ?? 'linear') === 'linear'
    return isLinear && uses.get(linear.name) === 1 ? [{ linear, norm }] : []
  })
}

/** Puts the folded kernel and bias under the second layer's name. */
function foldWeights(weights: Map<string, Weight>, { linear, norm }: Pair): void {
  const kernelName = KERNELS[linear.type]!
  const kernel = weights.get(`${linear.name}/${kernelName}`)!
  const values = (name: string) => weights.get(`${norm.name}/${name}`)?.values
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map(values)
  const bias = weights.get(`${linear.name}/bias`)?.values
  const channels = kernel.shape[linear.type === 'DepthwiseConv2D' ? 2 : kernel.shape.length - 1]!
  const epsilon = variance === undefined ? 0 : layerConfig(norm, 'BatchNormalization').epsilon
  const factor = Float64Array.from({ length: channels }, (_, c) => {
    return (gamma?.[c] ?? 1) / Math.sqrt((variance?.[c] ?? 1) + epsilon)
  })
  const shift = Float32Array.from(factor, (f, c) => ((bias?.[c] ?? 0) - (mean?.[c] ?? 0)) * f + (beta?.[c] ?? 0))
  // Channels run fastest in all three layouts: [kh, kw, in, out], [kh, kw, in, 1] and [in, out].
  const scaled = new Float32Array(kernel.values.length)
  for (let i = 0; i < scaled.length; i += channels) {
    for (let c = 0; c < channels; c++) scaled[i + c] = kernel.values[i + c]! * factor[c]!
  }
  for (const name of [kernelName, 'bias']) weights.delete(`${linear.name}/${name}`)
  for (const name of ['gamma', 'beta', 'moving_mean', 'moving_variance']) weights.delete(`${norm.name}/${name}`)
  weights.set(`${norm.name}/${kernelName}`, { shape: kernel.shape, values: scaled })
  weights.set(`${norm.name}/bias`, { shape: [channels], values: shift })
}
