import type { Layer, Network } from '../../contract/network.ts'
import type { Manifest } from '../../contract/trainer.ts'
import { freeLayerName } from '../network/free-layer-name.ts'

/** The network with a softmax after each classification head, and a sigmoid after each head of tags. Heads and outputs are parallel. */
export function exportNetwork(network: Network, heads: Manifest['heads']): Network {
  if (heads.length !== network.outputs.length) {
    throw new Error(`${heads.length} heads for ${network.outputs.length} outputs`)
  }
  const layers: Layer[] = [...network.layers]
  const outputs = network.outputs.map((output, index) => {
    const activation = ACTIVATIONS[heads[index]!.type]
    if (activation === null) return output
    const name = freeLayerName(`${output}_${activation}`, layers)
    const { block } = layers.find((layer) => layer.name === output) ?? { block: '' }
    layers.push({ name, type: 'Activation', config: { activation }, inputs: [output], block })
    return name
  })
  return { ...network, layers, outputs }
}

const ACTIVATIONS = { classification: 'softmax', tags: 'sigmoid', regression: null } as const
