import type { Layer, LayerType } from '../../../contract/network.ts'
import { inferNetwork } from '../../network/infer.ts'
import { layerConfig } from '../../network/layer-config.ts'
import type { ExportModel } from '../exporter.ts'
import { featureOrders } from './feature-orders.ts'
import { identifiers } from './identifiers.ts'
import { TORCH_LAYERS } from './layers/index.ts'
import type { TorchLayer, TorchLayerOf } from './torch-layer.ts'

export interface Translated {
  readonly layer: Layer
  /** Name of the attribute, and of the value where it is kept. */
  readonly identifier: string
  readonly torch: TorchLayer
}

/** Every layer but the input, in order. */
export function translate({ network, weights, read }: ExportModel): Translated[] {
  const { shapes } = inferNetwork(network)
  const orders = featureOrders(network, shapes)
  const names = identifiers(network.layers.map(({ name }) => name))
  const specs = new Map(weights.map((spec) => [spec.fullName, spec]))
  return network.layers.slice(1).map((layer) => {
    const translation = TORCH_LAYERS[layer.type as Exclude<LayerType, 'InputLayer'>] as TorchLayerOf<LayerType>
    const torch = translation({
      layer,
      config: layerConfig(layer, layer.type),
      inputs: layer.inputs.map((name) => shapes.get(name)!),
      output: shapes.get(layer.name)!,
      order: orders.get(layer.type === 'Flatten' ? layer.name : layer.inputs[0]!) ?? null,
      read(weight) {
        const fullName = `${layer.name}/${weight}`
        return { name: weight, shape: specs.get(fullName)!.shape, values: read(fullName) }
      },
    })
    return { layer, identifier: names.get(layer.name)!, torch }
  })
}
