import type { Layer, Network } from '../../contract/network.ts'
import { inferNetwork } from '../network/infer.ts'
import { layerArguments } from './layer-arguments.ts'

type Batched = [null, ...number[]]
type History = [string, 0, 0]

export interface KerasTensor {
  class_name: '__keras_tensor__'
  config: { shape: Batched; dtype: 'float32'; keras_history: History }
}

export interface KerasLayer {
  module: 'keras.layers'
  class_name: string
  config: Record<string, unknown> & { name: string }
  registered_name: null
  build_config?: { input_shape: Batched | Batched[] } | { shapes_dict: Record<string, Batched> }
  name: string
  inbound_nodes: { args: (KerasTensor | KerasTensor[])[]; kwargs: Record<string, never> }[]
}

export interface KerasConfig {
  module: 'keras.src.models.functional'
  class_name: 'Functional'
  config: {
    name: string
    trainable: true
    layers: KerasLayer[]
    input_layers: History | History[]
    output_layers: History | History[]
  }
  registered_name: 'Functional'
  build_config: { input_shape: null }
}

/** config.json of a .keras file: the network as Keras 3 serialises a functional model. */
export function kerasConfig(network: Network): KerasConfig {
  const { shapes } = inferNetwork(network)
  const [input] = network.layers
  return {
    module: 'keras.src.models.functional',
    class_name: 'Functional',
    config: {
      name: network.name,
      trainable: true,
      layers: network.layers.map((layer) => kerasLayer(layer, shapes)),
      input_layers: history(input?.name ?? ''),
      output_layers: flatIfSingle(network.outputs.map(history)),
    },
    registered_name: 'Functional',
    build_config: { input_shape: null },
  }
}

function kerasLayer(layer: Layer, shapes: ReadonlyMap<string, number[]>): KerasLayer {
  const shapeOf = (name: string): Batched => [null, ...(shapes.get(name) ?? [])]
  const tensors = layer.inputs.map((name): KerasTensor => {
    const config = { shape: shapeOf(name), dtype: 'float32' as const, keras_history: history(name) }
    return { class_name: '__keras_tensor__', config }
  })
  const base = { module: 'keras.layers', class_name: layer.type, registered_name: null, name: layer.name } as const
  if (layer.type === 'InputLayer') {
    const config = { batch_shape: shapeOf(layer.name), dtype: 'float32', sparse: false, name: layer.name }
    return { ...base, config, inbound_nodes: [] }
  }
  const config = { name: layer.name, trainable: true, dtype: 'float32', ...layerArguments(layer) }
  if (layer.type === 'MultiHeadAttention') {
    // Query and value; the key is the value.
    const shape = shapeOf(layer.inputs[0]!)
    const build = { shapes_dict: { query_shape: shape, value_shape: shape } }
    return { ...base, config, build_config: build, inbound_nodes: [{ args: [...tensors, ...tensors], kwargs: {} }] }
  }
  const isMerge = ['Add', 'Multiply', 'Concatenate', 'Dot'].includes(layer.type)
  return {
    ...base,
    config,
    build_config: { input_shape: flatIfSingle(layer.inputs.map(shapeOf)) },
    inbound_nodes: [{ args: isMerge ? [tensors] : tensors, kwargs: {} }],
  }
}

function history(name: string): History {
  return [name, 0, 0]
}

function flatIfSingle<T>(values: T[]): T | T[] {
  const [first] = values
  return values.length === 1 && first !== undefined ? first : values
}
