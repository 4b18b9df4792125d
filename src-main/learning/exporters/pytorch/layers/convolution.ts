import { transpose } from '../../../importers/torch/transpose.ts'
import { padsOf } from '../../../operations/lowerings/windows.ts'
import type { LayerConfig } from '../../../network/layer-config.ts'
import { activated } from '../activations.ts'
import { both, call, named } from '../python.ts'
import { sidesOf } from '../padding.ts'
import type { TorchCall, TorchLayer, TorchLayerOf, TorchTensor } from '../torch-layer.ts'

type Shared = Pick<LayerConfig<'Conv2D'>, 'kernel_size' | 'strides' | 'padding' | 'dilation_rate' | 'use_bias' | 'activation'> // prettier-ignore

/** Kernel [kh, kw, in / groups, out] -> weight [out, in / groups, kh, kw]. */
export const conv2d: TorchLayerOf<'Conv2D'> = (layer) => {
  const { filters, groups = 1 } = layer.config
  return convolution(layer, { filters, groups, kernel: oriented(layer.read('kernel'), [3, 2, 0, 1]) })
}

/** Kernel [kh, kw, channels, 1] -> weight [channels, 1, kh, kw]. */
export const depthwiseConv2d: TorchLayerOf<'DepthwiseConv2D'> = (layer) => {
  const channels = layer.inputs[0]![2]!
  const kernel = oriented(layer.read('depthwise_kernel'), [2, 3, 0, 1])
  return convolution(layer, { filters: channels, groups: channels, kernel })
}

const oriented = (tensor: TorchTensor, order: readonly number[]): TorchTensor => ({
  ...transpose(tensor.shape, tensor.values, order),
  name: 'weight',
})

interface Kernel {
  readonly filters: number
  readonly groups: number
  readonly kernel: TorchTensor
}

function convolution(
  { config, inputs, read }: Pick<TorchCall<'Conv2D'>, 'inputs' | 'read'> & { config: Shared },
  { filters, groups, kernel }: Kernel,
): TorchLayer {
  const { kernel_size: size, strides, padding, dilation_rate: rate = [1, 1], use_bias: hasBias, activation } = config
  const [input] = inputs
  const reach = size.map((count, axis) => (count - 1) * rate[axis]! + 1) as [number, number]
  const sides = padsOf(padding, input!, reach, strides)
  const { own, around } = sidesOf(sides)
  const module = call('nn.Conv2d', [
    `${input![2]}, ${filters}, ${both(size)}`,
    named('stride', both(strides), '1'),
    named('padding', both(own), '0'),
    named('dilation', both(rate), '1'),
    named('groups', String(groups), '1'),
    hasBias ? null : 'bias=False',
  ])
  return {
    module,
    call: (self, x) => activated(activation, `${self}(${around === null ? x : `F.pad(${x}, ${around})`})`, true),
    tensors: hasBias ? [kernel, read('bias')] : [kernel],
  }
}
