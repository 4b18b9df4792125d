import type { Layer, LayerType, Network } from '../../../contract/network.ts'

const ACTIVATIONS = new Set(['relu', 'relu6', 'sigmoid', 'softmax', 'softplus', 'hard_sigmoid'])

/** Layers that give no negative number where they get none. */
const KEEPING: ReadonlySet<LayerType> = new Set([
  'Add',
  'Multiply',
  'Concatenate',
  'MaxPooling2D',
  'AveragePooling2D',
  'GlobalAveragePooling2D',
  'GlobalMaxPooling2D',
  'GlobalAveragePooling1D',
  'SelectToken',
  'ZeroPadding2D',
  'Cropping2D',
  'UpSampling2D',
  'Flatten',
  'Reshape',
  'Dropout',
  'StochasticDepth',
])

/** The layers whose outputs are never below 0, whatever the weights. */
export function nonNegativeLayers(network: Network): Set<string> {
  const found = new Set<string>()
  for (const layer of network.layers) {
    const keeps = layer.inputs.length > 0 && layer.inputs.every((name) => found.has(name)) && KEEPING.has(layer.type)
    if (keeps || cutsNegative(layer)) found.add(layer.name)
  }
  return found
}

function cutsNegative({ type, config }: Layer): boolean {
  if (type === 'ReLU') return (config['negative_slope'] ?? 0) === 0
  return ACTIVATIONS.has(String(config['activation'] ?? 'linear'))
}
