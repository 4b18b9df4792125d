import type { Layer, LayerState, LayerType, Network } from '../../contract/network.ts'

const WEIGHTED: ReadonlySet<LayerType> = new Set([
  'Conv2D',
  'DepthwiseConv2D',
  'Dense',
  'BatchNormalization',
  'PReLU',
  'LayerScale',
  'LayerNormalization',
  'MultiHeadAttention',
  'ClassToken',
  'PositionalEmbedding',
])
const RANDOM: ReadonlySet<LayerType> = new Set(['Dropout', 'StochasticDepth'])

export function hasWeights(layer: Layer): boolean {
  return WEIGHTED.has(layer.type)
}

/** Whether a layer's output can change between two epochs by itself: its weights are trained, or it is random. */
export function movesIn(states: Readonly<Record<string, LayerState>>): (layer: Layer) => boolean {
  return (layer) => states[layer.name] !== 'frozen' && (hasWeights(layer) || RANDOM.has(layer.type))
}

/** The deepest layer whose output stands still and through which everything later gets its input: what comes before it
 *  runs once per sample and is cached. null when that part holds no weights, so that caching saves nothing.
 *
 *  The network is in topological order, so a layer at place i carries everything iff no later layer reads one from
 *  before i, and all of 0..i stand still. */
export function prefixEnd(network: Network, moves: (layer: Layer) => boolean): string | null {
  const { layers } = network
  const place = new Map(layers.map((layer, index) => [layer.name, index]))
  const firstMoving = layers.findIndex(moves)
  const end = firstMoving === -1 ? layers.length - 1 : firstMoving - 1
  const reachesBack = layers.map((layer) => Math.min(Infinity, ...layer.inputs.map((name) => place.get(name) ?? 0)))
  // earliest[i]: the earliest layer read by any layer at place i or later; a network output counts as read at the end.
  let earliest = Math.min(Infinity, ...network.outputs.map((name) => place.get(name) ?? Infinity))
  let found: string | null = null
  for (let index = layers.length - 1; index > 0 && found === null; index--) {
    const layer = layers[index]
    if (layer && index <= end && earliest >= index) found = layer.name
    earliest = Math.min(earliest, reachesBack[index] ?? Infinity)
  }
  const isWorthIt = found !== null && layers.slice(0, (place.get(found) ?? 0) + 1).some(hasWeights)
  return isWorthIt ? found : null
}
