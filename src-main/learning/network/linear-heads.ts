import type { LayerState, Network } from '../../contract/network.ts'
import { inferNetwork } from './infer.ts'
import { movesIn, prefixEnd } from './prefix-end.ts'

/** Heads that are linear in features that stand still. */
export interface LinearHeads {
  /** The layer whose output they read: a vector. */
  readonly features: string
  /** Dense layers, parallel to the network's outputs. */
  readonly layers: readonly string[]
}

/** Why heads of a network are not linear in features that stand still: each has one fault. */
export interface NotLinear {
  readonly fault: 'trained' | 'between' | 'random' | 'shape' | 'activation'
  /** The layer that is in the way. */
  readonly layer: string
}

/** What has an optimum: every output a fresh dense layer without activation, right behind one frozen vector. */
export function linearHeads(network: Network, states: Readonly<Record<string, LayerState>>): LinearHeads | NotLinear {
  const layers = new Map(network.layers.map((layer) => [layer.name, layer]))
  const { shapes, weights } = inferNetwork(network)
  const learning = new Set(weights.map(({ layer }) => layer))
  const outputs = new Set(network.outputs)
  const trained = network.layers.find(({ name }) => states[name] === 'trained' && learning.has(name))
  if (trained !== undefined) return { fault: 'trained', layer: trained.name }
  const moves = movesIn(states)
  const between = network.layers.find((layer) => moves(layer) && !outputs.has(layer.name))
  if (between !== undefined) return { fault: learning.has(between.name) ? 'between' : 'random', layer: between.name }
  const features = prefixEnd(network, moves)
  for (const name of network.outputs) {
    const head = layers.get(name)!
    if (head.type !== 'Dense' || head.inputs[0] !== features) return { fault: 'between', layer: name }
    if (
      !['linear', undefined].includes(head.config['activation'] as string | undefined) ||
      head.config['use_bias'] === false
    )
      return { fault: 'activation', layer: name }
  }
  if (features === null || shapes.get(features)!.length !== 1)
    return { fault: 'shape', layer: features ?? network.outputs[0]! }
  return { features, layers: network.outputs }
}
