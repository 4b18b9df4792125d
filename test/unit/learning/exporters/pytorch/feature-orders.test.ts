import { describe, expect, it } from 'vitest'
import type { LayerType, Network } from '../../../../../src-main/contract/network.ts'
import { inferNetwork } from '../../../../../src-main/learning/network/infer.ts'
import { featureOrders } from '../../../../../src-main/learning/exporters/pytorch/feature-orders.ts'

/** An image of 1 x 2 pixels and two channels, flattened, then these layers. */
function behindFlatten(parts: readonly [LayerType, Record<string, unknown>][], outputs?: string[]): Network {
  const layers: Network['layers'] = [
    { name: 'input', type: 'InputLayer', config: { shape: [1, 2, 2] }, inputs: [], block: '' },
    { name: 'flat', type: 'Flatten', config: {}, inputs: ['input'], block: '' },
  ]
  for (const [i, [type, config]] of parts.entries()) {
    layers.push({ name: `layer${i}`, type, config, inputs: [layers.at(-1)!.name], block: '' })
  }
  return { name: 'n', blocks: [], layers, outputs: outputs ?? [layers.at(-1)!.name], features: 'flat' }
}

const ordersOf = (network: Network) => featureOrders(network, inferNetwork(network).shapes)

describe('features that PyTorch flattens channels first', () => {
  it('are the pixels of the first channel, then those of the second', () => {
    expect([...ordersOf(behindFlatten([['Dense', { units: 1 }]]))]).toEqual([['flat', [0, 2, 1, 3]]])
  })

  it('stay so through layers that treat each feature alike, until a Dense', () => {
    const orders = ordersOf(behindFlatten([['BatchNormalization', {}], ['Dropout', {}], ['Dense', { units: 1 }], ['ReLU', {}]])) // prettier-ignore
    expect([...orders.keys()]).toEqual(['flat', 'layer0', 'layer1'])
  })

  it.each<[string, Network]>([
    ['a softmax that ends the network', behindFlatten([['Activation', { activation: 'softmax' }]])],
    ['a Reshape', behindFlatten([['Reshape', { target_shape: [2, 2] }]])],
    ['an output that is read, too', behindFlatten([['Dense', { units: 1 }]], ['flat', 'layer0'])],
  ])('are none where the order is seen: %s', (_name, network) => {
    expect([...ordersOf(network)]).toEqual([])
  })
})
