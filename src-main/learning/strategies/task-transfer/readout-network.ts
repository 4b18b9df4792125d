import type { Layer, Network } from '../../../contract/network.ts'
import { networkUpTo } from '../../network/network-up-to.ts'

/** Flattened maps and tokens beyond this would make the readout larger than most encoders: they are averaged over their places. */
const FLATTEN_LIMIT = 4096

export interface ReadoutOptions {
  /** Of the encoder's output, without the batch axis. */
  readonly shape: readonly number[]
  /** The planned head, an output layer of the plan's network. */
  readonly head: Layer
  /** Hidden units between the features and the head; 0: a linear readout. */
  readonly units: number
}

/** The small network that reads a task off frozen features, by itself: (shape) -> head. */
export function readoutNetwork(options: ReadoutOptions): Network {
  const input: Layer = {
    name: 'readout_input',
    type: 'InputLayer',
    config: { shape: [...options.shape] },
    inputs: [],
    block: 'readout',
  }
  const layers = readoutLayers(options, input.name)
  return {
    name: 'readout',
    blocks: [{ name: 'readout', label: 'Readout' }],
    layers: [input, ...layers],
    outputs: [options.head.name],
    features: layers.at(-2)?.name ?? input.name,
  }
}

/** An encoder with the readout on top: the same layer names as in both. */
export function encoderWithReadout(network: Network, encoder: string, options: ReadoutOptions): Network {
  const base = networkUpTo(network, encoder)
  return {
    ...base,
    blocks: [...base.blocks, { name: 'readout', label: 'Readout' }],
    layers: [...base.layers, ...readoutLayers(options, encoder)],
    outputs: [options.head.name],
    features: encoder,
  }
}

function readoutLayers({ shape, head, units }: ReadoutOptions, from: string): Layer[] {
  const layers: Layer[] = []
  const add = (layer: Pick<Layer, 'name' | 'type' | 'config'>): void => {
    layers.push({ ...layer, inputs: [layers.at(-1)?.name ?? from], block: 'readout' })
  }
  const size = shape.reduce((a, b) => a * b, 1)
  if (shape.length > 1) {
    const mean = shape.length === 3 ? 'GlobalAveragePooling2D' : 'GlobalAveragePooling1D'
    add({ name: 'readout_pool', type: size > FLATTEN_LIMIT ? mean : 'Flatten', config: {} })
  }
  if (units > 0) add({ name: 'readout_hidden', type: 'Dense', config: { units, activation: 'relu' } })
  add({ name: head.name, type: head.type, config: head.config })
  return layers
}
