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
  const end = firstMoving === -1 ? layers.length : firstMoving
  const earliestOf = (names: readonly string[]) => Math.min(...names.map((name) => place.get(name)!))
  // The earliest layer read by any layer behind this place; a network output counts as read at the end.
  let earliest = earliestOf(network.outputs)
  for (let index = layers.length - 1; index > 0; index--) {
    if (index < end && earliest >= index)
      return layers.slice(0, index + 1).some(hasWeights) ? layers[index]!.name : null
    earliest = Math.min(earliest, earliestOf(layers[index]!.inputs))
  }
  return null
}
