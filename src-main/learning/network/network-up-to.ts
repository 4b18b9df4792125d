import type { Network } from '../../contract/network.ts'

/** The part of a network that a layer's output depends on, with that layer as its only output. */
export function networkUpTo(network: Network, layer: string): Network {
  const byName = new Map(network.layers.map((each) => [each.name, each]))
  const needed = new Set<string>()
  const visit = (name: string) => {
    if (needed.has(name)) return
    needed.add(name)
    byName.get(name)!.inputs.forEach(visit)
  }
  visit(layer)
  const layers = network.layers.filter(({ name }) => needed.has(name))
  const blocks = new Set(layers.map(({ block }) => block))
  return {
    ...network,
    layers,
    blocks: network.blocks.filter(({ name }) => blocks.has(name)),
    outputs: [layer],
    features: layer,
  }
}
