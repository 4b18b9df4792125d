import type { Layer, Preprocessing } from '../../contract/network.ts'
import { freeLayerName } from '../network/free-layer-name.ts'
import { inferNetwork } from '../network/infer.ts'
import type { ExportModel } from './exporter.ts'

/** The model with its preparation behind the input: a Normalization that makes of pixels, 0..255, what the network was trained on. */
export function pixelInput(model: ExportModel): ExportModel {
  const { network, preprocessing } = model
  if (preprocessing.kind !== 'image') throw new Error('only images have pixels')
  const input = network.layers[0]!
  const name = freeLayerName('preparation', network.layers)
  const mean = preprocessing.mean.map((value) => value * 255)
  const variance = preprocessing.std.map((value) => (value * 255) ** 2)
  const preparation: Layer = {
    name,
    type: 'Normalization',
    config: { mean, variance },
    inputs: [input.name],
    block: input.block,
  }
  const others = network.layers.slice(1).map((layer) => ({
    ...layer,
    inputs: layer.inputs.map((each) => (each === input.name ? name : each)),
  }))
  const prepared = { ...network, layers: [input, preparation, ...others] }
  return { ...model, network: prepared, weights: inferNetwork(prepared).weights, takesPixels: true }
}

/** Prepared inputs as the pixels that they were made of, 0..255. */
export function toPixels(prepared: Float32Array, preprocessing: Preprocessing): Float32Array {
  if (preprocessing.kind !== 'image') throw new Error('only images have pixels')
  const { channels, mean, std } = preprocessing
  return prepared.map((value, i) => Math.round((value * std[i % channels]! + mean[i % channels]!) * 255))
}
