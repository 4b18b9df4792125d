import type { Layer, LayerState, Network } from '../../../../contract/network.ts'
import { layerConfig } from '../../../network/layer-config.ts'

/** One Dense layer with sigmoid units, which an RBM can start. */
export interface ChainLayer {
  readonly dense: string
  readonly units: number
  /** The layer that gives its activations: itself, or the activation after it. */
  readonly output: string
}

export interface RbmChain {
  /** The layer whose output is seen by the first RBM. */
  readonly visible: string
  /** From the input upwards. */
  readonly layers: readonly ChainLayer[]
  /** What ends the chain below its first layer: a fresh Dense layer that an RBM cannot start, and why; null: nothing of that kind. */
  readonly obstacle: { readonly layer: string; readonly reason: 'activation' | 'batch-norm' | 'bias' } | null
}

/** The layer that the heads read: what is below and including it is pre-trained. */
export function encoderEnd(network: Network): string {
  const byName = new Map(network.layers.map((layer) => [layer.name, layer]))
  const inputs = new Set(network.outputs.map((name) => byName.get(name)!.inputs[0]!))
  return inputs.size === 1 ? [...inputs][0]! : network.features
}

/** The stack of fresh Dense layers with sigmoid units directly below the heads; dropout between them is passed over. An RBM's hidden
 *  units are sigmoid(v W + c), so that other activations, or BatchNorm before them, would compute something else. */
export function rbmChain(network: Network, states: Readonly<Record<string, LayerState>>): RbmChain {
  const byName = new Map(network.layers.map((layer) => [layer.name, layer]))
  const below = (layer: Layer): Layer | null => (layer.inputs.length === 1 ? byName.get(layer.inputs[0]!)! : null)
  const layers: ChainLayer[] = []
  let at: Layer = byName.get(encoderEnd(network))!
  for (;;) {
    at = pass(at, below, ['Dropout'])
    const found = denseBelow(at, below)
    if (found === null || states[found.dense.name] !== 'fresh') return { visible: at.name, layers, obstacle: null }
    if (found.reason !== null) {
      const obstacle = { layer: found.dense.name, reason: found.reason }
      return { visible: at.name, layers, obstacle }
    }
    const { units } = layerConfig(found.dense, 'Dense')
    layers.unshift({ dense: found.dense.name, units, output: at.name })
    at = below(found.dense)!
  }
}

type Below = (layer: Layer) => Layer | null

/** The first layer from here down that is of another type. */
function pass(layer: Layer, below: Below, types: readonly string[]): Layer {
  let at = layer
  while (types.includes(at.type)) at = below(at)!
  return at
}

/** The Dense layer whose activation `layer` is, and what keeps an RBM from starting it. */
function denseBelow(layer: Layer, below: Below) {
  const type = activationOf(layer)
  const dense = type === null ? null : pass(layer, below, ['Activation', 'ReLU', 'BatchNormalization'])
  if (dense?.type !== 'Dense') return null
  const config = layerConfig(dense, 'Dense')
  const direct = dense === layer || below(layer) === dense
  const isSigmoid = dense === layer ? type === 'sigmoid' : type === 'sigmoid' && config.activation === 'linear'
  const reason = !direct ? ('batch-norm' as const) : !isSigmoid ? ('activation' as const) : !config.use_bias ? ('bias' as const) : null // prettier-ignore
  return { dense, reason }
}

/** Null: no layer that ends a Dense layer. */
function activationOf(layer: Layer): string | null {
  if (layer.type === 'Dense') return layerConfig(layer, 'Dense').activation
  if (layer.type === 'Activation') return layerConfig(layer, 'Activation').activation
  return layer.type === 'ReLU' || layer.type === 'BatchNormalization' ? layer.type : null
}
