import type { Layer, Network } from '../../contract/network.ts'
import { layerConfig } from './layer-config.ts'

/** Whether two networks compute the same function of their weights: the same layer types with the same arguments, wired alike. Names,
 *  blocks and initialisers do not count. */
export function sameArchitecture(a: Network, b: Network): boolean {
  return canonical(a) === canonical(b)
}

/** What `sameArchitecture` compares. */
export function canonical({ layers, outputs }: Network): string {
  const places = new Map(layers.map(({ name }, i) => [name, i]))
  const placesOf = (names: readonly string[]) => names.map((name) => places.get(name)!)
  const described = layers.map((layer) => [layer.type, argumentsOf(layer), placesOf(layer.inputs)])
  return JSON.stringify([described, placesOf(outputs)])
}

/** Defaults filled in, in the order of the layer type's own list. */
function argumentsOf(layer: Layer): [string, unknown][] {
  return Object.entries(layerConfig(layer, layer.type)).filter(([name]) => !name.endsWith('initializer'))
}
