import { GraftError } from '../../contract/errors.ts'
import type { Layer, LayerFacts, LayerType, Network } from '../../contract/network.ts'
import { layerConfig } from './layer-config.ts'
import { LAYER_TABLE } from './layers/index.ts'
import type { LayerRow, WeightSpec } from './layers/layer-row.ts'

/** A weight with its place: `fullName` is `<layer>/<weight>`, the name in every weights file. */
export type NetworkWeight = WeightSpec & { readonly layer: string; readonly fullName: string }

export interface Inference {
  /** Output shape of each layer, without the batch axis. */
  readonly shapes: ReadonlyMap<string, number[]>
  /** In the order of `network.layers`. */
  readonly facts: LayerFacts[]
  /** In the order of `network.layers`, then Keras' order inside a layer. */
  readonly weights: NetworkWeight[]
}

/** Shapes, sizes and weights of a whole network. Throws E_NETWORK_SHAPE at the first layer that does not fit. */
export function inferNetwork(network: Network): Inference {
  const shapes = new Map<string, number[]>()
  const facts: LayerFacts[] = []
  const weights: NetworkWeight[] = []
  for (const layer of network.layers) {
    if (shapes.has(layer.name)) throw shapeError(layer, 'a name that no other layer has', `"${layer.name}" twice`)
    const inputs = layer.inputs.map((name) => inputShape(shapes, layer, name))
    const inferred = inferLayer(layer, inputs)
    shapes.set(layer.name, inferred.outputShape)
    facts.push(factsOf(layer, inferred))
    for (const spec of inferred.weights) {
      weights.push({ ...spec, layer: layer.name, fullName: `${layer.name}/${spec.name}` })
    }
  }
  for (const name of [...network.outputs, network.features]) {
    if (!shapes.has(name)) throw new GraftError('E_NETWORK_SHAPE', `The network has no layer "${name}" to end at.`)
  }
  return { shapes, facts, weights }
}

export interface LayerInference {
  readonly outputShape: number[]
  readonly weights: WeightSpec[]
  readonly multiplyAdds: number
}

/** One layer on inputs of the given shapes. Throws E_NETWORK_SHAPE with expected and received. */
export function inferLayer(layer: Layer, inputs: readonly number[][]): LayerInference {
  const row = LAYER_TABLE[layer.type] as LayerRow<LayerType>
  const config = layerConfig(layer, layer.type)
  const received = inputs.map((shape) => `[${shape.join(', ')}]`).join(', ') || 'no input'
  if (row.inputs === 'none' && inputs.length > 0) throw shapeError(layer, 'no input', received)
  if (row.inputs === 'one' && inputs.length !== 1) throw shapeError(layer, 'one input', received)
  if (row.inputs === 'many' && inputs.length < 2) throw shapeError(layer, 'two inputs or more', received)
  if (row.rank === 3 && inputs.some((shape) => shape.length !== 3)) {
    throw shapeError(layer, 'a spatial input [height, width, channels]', received)
  }
  if (row.rank === 2 && inputs.some((shape) => shape.length !== 2)) {
    throw shapeError(layer, 'tokens [tokens, features]; put Reshape before it', received)
  }
  const outputShape = row.outputShape(config, inputs)
  if (typeof outputShape === 'string') throw shapeError(layer, outputShape, received)
  const multiplyAdds = row.multiplyAdds(config, inputs, outputShape)
  return { outputShape, weights: row.weights(config, inputs), multiplyAdds }
}

function inputShape(shapes: ReadonlyMap<string, number[]>, layer: Layer, name: string): number[] {
  const shape = shapes.get(name)
  if (shape) return shape
  throw shapeError(layer, 'every input to be a layer that stands before it', `"${name}"`)
}

function factsOf(layer: Layer, inferred: LayerInference): LayerFacts {
  const count = (specs: WeightSpec[]): number =>
    specs.reduce((total, spec) => total + spec.shape.reduce((size, value) => size * value, 1), 0)
  return {
    name: layer.name,
    outputShape: inferred.outputShape,
    parameters: count(inferred.weights),
    trainableParameters: count(inferred.weights.filter((spec) => spec.trainable)),
    multiplyAdds: inferred.multiplyAdds,
  }
}

function shapeError(layer: Layer, expected: string, received: string): GraftError {
  return new GraftError(
    'E_NETWORK_SHAPE',
    `Layer "${layer.name}" (${layer.type}) expected ${expected}. Received: ${received}.`,
    { fix: 'Change the layer or what it is connected to.', details: { layer: layer.name } },
  )
}
