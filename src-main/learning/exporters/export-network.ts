import type { Layer, Network } from '../../contract/network.ts'
import type { Manifest } from '../../contract/trainer.ts'
import { freeLayerName } from '../network/free-layer-name.ts'

/** The network with a softmax after each classification head. Heads and outputs are parallel. */
export function exportNetwork(network: Network, heads: Manifest['heads']): Network {
  if (heads.length !== network.outputs.length) {
    throw new Error(`${heads.length} heads for ${network.outputs.length} outputs`)
  }
  const layers: Layer[] = [...network.layers]
  const outputs = network.outputs.map((output, index) => {
    if (heads[index]?.type !== 'classification') return output
    const name = freeLayerName(`${output}_softmax`, layers)
    const { block } = layers.find((layer) => layer.name === output) ?? { block: '' }
    layers.push({ name, type: 'Activation', config: { activation: 'softmax' }, inputs: [output], block })
    return name
  })
  return { ...network, layers, outputs }
}
