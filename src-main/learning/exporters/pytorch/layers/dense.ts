import { transpose } from '../../../importers/torch/transpose.ts'
import { activated } from '../activations.ts'
import { call } from '../python.ts'
import { isImage, type TorchLayerOf } from '../torch-layer.ts'

/** Kernel [in, out] -> weight [out, in], its columns in the order in which the features lie. */
export const dense: TorchLayerOf<'Dense'> = ({ config, inputs, order, read }) => {
  const { units, use_bias: hasBias, activation } = config
  const features = inputs[0]!.at(-1)!
  const kernel = read('kernel')
  const rows = order === null ? kernel.values : reordered(kernel.values, order, units)
  const weight = { ...transpose(kernel.shape, rows, [1, 0]), name: 'weight' }
  const linear = call('nn.Linear', [`${features}, ${units}`, hasBias ? null : 'bias=False'])
  const tensors = hasBias ? [weight, read('bias')] : [weight]
  if (!isImage(inputs[0])) {
    return { module: linear, call: (self, x) => activated(activation, `${self}(${x})`, false), tensors }
  }
  return {
    module: `ChannelsLast(${linear})`,
    helper: 'ChannelsLast',
    call: (self, x) => activated(activation, `${self}(${x})`, true),
    tensors: tensors.map((tensor) => ({ ...tensor, name: `module.${tensor.name}` })),
  }
}

/** Rows of `width` values, row i from place `order[i]`. */
export function reordered(values: Float32Array, order: readonly number[], width = 1): Float32Array {
  const result = new Float32Array(values.length)
  order.forEach((from, to) => result.set(values.subarray(from * width, (from + 1) * width), to * width))
  return result
}
