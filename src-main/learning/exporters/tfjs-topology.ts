import type { Layer, Network } from '../../contract/network.ts'
import { layerArguments } from './layer-arguments.ts'

/** TensorFlow.js' own names of activations where they differ from Keras'. */
const TFJS_ACTIVATIONS: Readonly<Record<string, string>> = { silu: 'swish' }

export interface TfjsLayer {
  class_name: string
  name: string
  config: Record<string, unknown>
  /** [] for an input; else one node: [[layer, node, tensor, {}], ...]. */
  inbound_nodes: [string, 0, 0, Record<string, never>][][]
}

export interface TfjsTopology {
  class_name: 'Model'
  config: { name: string; layers: TfjsLayer[]; input_layers: [string, 0, 0][]; output_layers: [string, 0, 0][] }
}

/** The network as `modelTopology` of a LayersModel: Keras 2's layout, which TensorFlow.js reads. */
export function tfjsTopology(network: Network): TfjsTopology {
  const [input] = network.layers
  const inputs: [string, 0, 0][] = input ? [[input.name, 0, 0]] : []
  return {
    class_name: 'Model',
    config: {
      name: network.name,
      layers: network.layers.map((layer) => tfjsLayer(layer.name, layer.type, argumentsOf(layer), layer.inputs)),
      input_layers: inputs,
      output_layers: network.outputs.map((name) => [name, 0, 0]),
    },
  }
}

/** One layer, by its Keras arguments. */
export function tfjsLayer(name: string, type: string, values: Record<string, unknown>, inputs: string[]): TfjsLayer {
  const activation = values['activation']
  const renamed = typeof activation === 'string' ? { activation: TFJS_ACTIVATIONS[activation] ?? activation } : {}
  const nodes = inputs.map((input): [string, 0, 0, Record<string, never>] => [input, 0, 0, {}])
  return {
    class_name: type,
    name,
    config: {
      ...renamedArguments(type, values),
      ...renamed,
      ...withoutWork(type),
      name,
      trainable: true,
      dtype: 'float32',
    },
    inbound_nodes: nodes.length === 0 ? [] : [nodes],
  }
}

/** TensorFlow.js has the argument's name of Keras 2. */
function renamedArguments(type: string, { negative_slope: slope, ...values }: Record<string, unknown>) {
  return type === 'LeakyReLU' ? { ...values, alpha: slope } : values
}

/** Weights are read from the file: drawing random ones first would only take time. */
function withoutWork(type: string): Record<string, unknown> {
  if (type === 'DepthwiseConv2D') return { depthwise_initializer: 'zeros', depth_multiplier: 1 }
  return type === 'Conv2D' || type === 'Dense' ? { kernel_initializer: 'zeros' } : {}
}

function argumentsOf(layer: Layer): Record<string, unknown> {
  if (layer.type !== 'InputLayer') return layerArguments(layer)
  return { batch_input_shape: [null, ...(layer.config['shape'] as number[])], sparse: false }
}
