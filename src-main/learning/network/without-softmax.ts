import type { Network } from '../../contract/network.ts'

/** The network with logits as its outputs: a softmax that its output layers end in is left off, since everything here makes its own. */
export function withoutSoftmax(network: Network): Network {
  const outputs = new Set(network.outputs)
  const layers = network.layers.map((layer) =>
    outputs.has(layer.name) && layer.config['activation'] === 'softmax'
      ? { ...layer, config: { ...layer.config, activation: 'linear' } }
      : layer,
  )
  return { ...network, layers }
}
