import type { Network } from '../../contract/network.ts'

/** The part of a network that some of its layers depend on, with these as its outputs, in this order. */
export function networkToOutputs(network: Network, outputs: readonly string[]): Network {
  const needed = new Set(outputs)
  for (const layer of network.layers.toReversed()) {
    if (needed.has(layer.name)) layer.inputs.forEach((name) => needed.add(name))
  }
  const layers = network.layers.filter(({ name }, i) => i === 0 || needed.has(name))
  const blocks = new Set(layers.map(({ block }) => block))
  const features = needed.has(network.features) ? network.features : layers.at(-1)!.name
  return {
    ...network,
    layers,
    blocks: network.blocks.filter(({ name }) => blocks.has(name)),
    outputs: [...outputs],
    features,
  }
}
