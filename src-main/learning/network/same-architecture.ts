import type { Network } from '../../contract/network.ts'
import { layerConfig } from './layer-config.ts'

/** Whether two networks compute the same function of their weights: the same layer types with the same arguments, wired alike. Names,
 *  blocks and initialisers do not count. */
export function sameArchitecture(a: Network, b: Network): boolean {
  return a.layers.length === b.layers.length && canonical(a) === canonical(b)
}

function canonical({ layers, outputs }: Network): string {
  const places = new Map(layers.map(({ name }, i) => [name, i]))
  const place = (name: string) => places.get(name) ?? -1
  const described = layers.map((layer) => [
    layer.type,
    sortedConfig(layerConfig(layer, layer.type)),
    layer.inputs.map(place),
  ])
  return JSON.stringify([described, outputs.map(place)])
}

function sortedConfig(config: object): [string, unknown][] {
  return Object.entries(config)
    .filter(([name]) => !name.endsWith('initializer'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
}
