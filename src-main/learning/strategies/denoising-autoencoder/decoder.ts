import type { Layer, Network } from '../../../contract/network.ts'
import { inferNetwork } from '../../network/infer.ts'
import { layerConfig } from '../../network/layer-config.ts'
import { networkUpTo } from '../../network/network-up-to.ts'

/** Name of the layer whose raw outputs are the reconstruction, one per number of the input. */
export const RECONSTRUCTION = 'decoder_output'

/** The network up to `end`, and behind it a decoder that mirrors its Dense layers: 784-256-64 is followed by 256-784. In place of
 *  convolutions stands one Dense layer of `units`: there are no layers that enlarge a map, and the decoder is dropped anyway. Weights
 *  are not tied. */
export function autoencoder(network: Network, end: string, units: number): Network {
  const encoder = networkUpTo(network, end)
  const { shapes } = inferNetwork(network)
  const widths = mirroredWidths(encoder, end, units)
  const layers: Layer[] = []
  const last = () => layers.at(-1)?.name ?? end
  const add = (name: string, type: Layer['type'], config: Record<string, unknown>) =>
    layers.push({ name: `decoder_${name}`, type, config, inputs: [last()], block: 'decoder' })
  if (shapes.get(end)!.length > 1) add('flatten', 'Flatten', {})
  widths.forEach((width, i) =>
    add(`hidden${i + 1}`, 'Dense', { units: width, activation: 'relu', kernel_initializer: 'he_normal' }),
  )
  const size = shapes.get(encoder.layers[0]!.name)!.reduce((total, value) => total * value, 1)
  add('output', 'Dense', { units: size })
  return {
    ...encoder,
    name: `${network.name} autoencoder`,
    blocks: [...encoder.blocks, { name: 'decoder', label: 'Decoder' }],
    layers: [...encoder.layers, ...layers],
    outputs: [RECONSTRUCTION],
    features: end,
  }
}

/** Of the hidden Dense layers below the features, from the top down; the topmost gives the features themselves. */
function mirroredWidths(encoder: Network, end: string, units: number): number[] {
  const { shapes } = inferNetwork(encoder)
  // Those inside of convolution networks and transformers work on each place by itself.
  const dense = encoder.layers.filter(({ name, type }) => type === 'Dense' && shapes.get(name)!.length === 1)
  const endsInDense = dense.length > 0 && lastWeighted(encoder, end) === dense.at(-1)!.name
  const inner = (endsInDense ? dense.slice(0, -1) : dense).map((layer) => layerConfig(layer, 'Dense').units).reverse()
  const hasMaps = encoder.layers.some(({ type }) => type === 'Conv2D' || type === 'DepthwiseConv2D')
  return hasMaps ? [...inner, units] : inner
}

/** The last layer with a kernel on the way to `end`. */
function lastWeighted(encoder: Network, end: string): string | null {
  const until = encoder.layers.findIndex(({ name }) => name === end)
  const types = ['Dense', 'Conv2D', 'DepthwiseConv2D']
  return encoder.layers.slice(0, until + 1).findLast(({ type }) => types.includes(type))?.name ?? null
}
