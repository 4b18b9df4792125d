import type { ExplainableLayer } from '../../contract/explanations.ts'
import type { Layer, LayerType, Network } from '../../contract/network.ts'
import { inferNetwork } from '../network/infer.ts'

/** What these give is another layer's output at another size, or that very output. */
const PASSED_ON: ReadonlySet<LayerType> = new Set([
  'InputLayer',
  'Rescaling',
  'Normalization',
  'ZeroPadding2D',
  'Cropping2D',
  'UpSampling2D',
  'Dropout',
  'StochasticDepth',
])

const POOLING: ReadonlySet<LayerType> = new Set(['MaxPooling2D', 'AveragePooling2D'])

/** The layers of a network with one output that heat can be read from: those behind a convolution, with height and width. */
export function explainableLayers(network: Network): ExplainableLayer[] {
  const { shapes } = inferNetwork(network)
  return behindConvolutions(network).flatMap((layer) => {
    const [height = 0, width = 0, channels = 0, ...more] = shapes.get(layer.name)!
    const isSpatial = channels > 0 && more.length === 0 && height * width > 1
    if (!isSpatial || PASSED_ON.has(layer.type)) return []
    const { name, title = name, type, block } = layer
    return [{ name, title, type, block, height, width, channels }]
  })
}

/** The last one before pooling: the end of the last block of convolutions, after its norm and activation. */
export function defaultLayer(layers: readonly ExplainableLayer[]): ExplainableLayer | null {
  return layers.findLast(({ type }) => !POOLING.has(type as LayerType)) ?? layers.at(-1) ?? null
}

function behindConvolutions(network: Network): Layer[] {
  const behind = new Set<string>()
  for (const { name, type, inputs } of network.layers) {
    if (type === 'Conv2D' || type === 'DepthwiseConv2D' || inputs.some((input) => behind.has(input))) behind.add(name)
  }
  return network.layers.filter(({ name }) => behind.has(name))
}
