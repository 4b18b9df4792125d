import type { LayerType, Network } from '../../../contract/network.ts'

/** Layers of vectors that treat every feature alike or have numbers for each, until a Dense takes them. */
const CARRIERS: ReadonlySet<LayerType> = new Set([
  'Dropout',
  'StochasticDepth',
  'Activation',
  'ReLU',
  'LeakyReLU',
  'BatchNormalization',
])

/** PyTorch flattens images channels first. Where all that follows ends in a Dense, it may: the Dense's weights are put in that order. For each such
 *  layer, by name, the network's place of each feature. `shapes`: of every layer's output. */
export function featureOrders(network: Network, shapes: ReadonlyMap<string, readonly number[]>): Map<string, number[]> {
  const consumers = new Map<string, Network['layers'][number][]>()
  for (const layer of network.layers) {
    for (const name of new Set(layer.inputs)) consumers.set(name, [...(consumers.get(name) ?? []), layer])
  }
  const endsInDense = (name: string): boolean => {
    if (network.outputs.includes(name)) return false
    return (consumers.get(name) ?? []).every(({ type, name: next }) => type === 'Dense' || (CARRIERS.has(type) && endsInDense(next))) // prettier-ignore
  }
  const orders = new Map<string, number[]>()
  for (const { name, type, inputs } of network.layers) {
    const shape = shapes.get(inputs[0] ?? '') ?? []
    const before = orders.get(inputs[0] ?? '')
    if (type === 'Flatten' && shape.length === 3 && endsInDense(name)) orders.set(name, channelsFirst(shape))
    else if (before !== undefined && CARRIERS.has(type)) orders.set(name, before)
  }
  return orders
}

/** (height, width, channels) in the order (channels, height, width). */
function channelsFirst([height, width, channels]: readonly number[]): number[] {
  const size = height! * width!
  return Array.from({ length: size * channels! }, (_, i) => (i % size) * channels! + Math.floor(i / size))
}
