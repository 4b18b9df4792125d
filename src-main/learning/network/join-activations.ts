import type { Layer, Network } from '../../contract/network.ts'
import type { WeightValues } from '../weights/weight-values.ts'

/** A network for inference with activations put into the dense layers before them, where TensorFlow computes them while it writes
 *  the product. Joined is every Activation whose input is a linear Dense that feeds nothing else and whose own output nobody asks for.
 *  The pair goes on under the name of the second, so that outputs and cuts keep their names. Layers in `keep` stay as they are. */
export function joinActivations(
  network: Network,
  weights: WeightValues,
  keep: ReadonlySet<string>,
): { network: Network; weights: WeightValues } {
  const joined = joinablePairs(network, keep)
  const dense = new Map([...joined].map(([activation, each]) => [each.name, activation]))
  const layers = network.layers.flatMap((layer) => {
    if (dense.has(layer.name)) return []
    const before = joined.get(layer)
    if (before === undefined) return [layer]
    const { activation } = layer.config
    return [{ ...before, name: layer.name, block: layer.block, config: { ...before.config, activation } }]
  })
  const renamed = [...weights].map(([name, weight]) => {
    const end = name.lastIndexOf('/')
    const layer = name.slice(0, end)
    return [`${dense.get(layer)?.name ?? layer}${name.slice(end)}`, weight] as const
  })
  return { network: { ...network, layers, features: layers.at(-1)!.name }, weights: new Map(renamed) }
}

/** Each activation with the dense layer that it goes into. */
function joinablePairs({ layers, outputs }: Network, keep: ReadonlySet<string>): Map<Layer, Layer> {
  const byName = new Map(layers.map((layer) => [layer.name, layer]))
  const asked = [...layers.flatMap(({ inputs }) => inputs), ...outputs, ...keep]
  const pairs = layers.flatMap((layer) => {
    if (layer.type !== 'Activation' || keep.has(layer.name)) return []
    const before = byName.get(layer.inputs[0]!)!
    const isLinear = before.type === 'Dense' && (before.config['activation'] ?? 'linear') === 'linear'
    return isLinear && asked.filter((name) => name === before.name).length === 1 ? [[layer, before] as const] : []
  })
  return new Map(pairs)
}
