import type { LayerConfig } from '../../network/layer-config.ts'
import type { Pair } from '../graph.ts'
import type { LayerCall, LayerLowering } from '../layer-lowering.ts'
import { activated } from './activations.ts'
import { padsOf } from './windows.ts'

const bias = ({ absentBias, shape, weight }: LayerCall, hasBias: boolean): string =>
  hasBias ? weight('bias') : absentBias('bias', shape.at(-1)!)

/** How the kernel moves, with its padding in numbers. */
function windowOf({ inputShapes }: LayerCall, config: LayerConfig<'Conv2D' | 'DepthwiseConv2D'>) {
  const { kernel_size: size, strides, padding, dilation_rate: dilations = [1, 1] } = config
  const extent: Pair = [(size[0] - 1) * dilations[0] + 1, (size[1] - 1) * dilations[1] + 1]
  return { strides, dilations, pads: padsOf(padding, inputShapes[0]!, extent, strides) }
}

export const conv2d: LayerLowering<'Conv2D'> = (call, config) => {
  const kind = { op: 'convolution', ...windowOf(call, config), groups: config.groups ?? 1 } as const
  const inputs = [...call.inputs, call.weight('kernel'), bias(call, config.use_bias)]
  return activated(call, call.emit('linear', kind, inputs), config.activation)
}

export const depthwiseConv2d: LayerLowering<'DepthwiseConv2D'> = (call, config) => {
  const kind = { op: 'depthwiseConvolution', ...windowOf(call, config) } as const
  const inputs = [...call.inputs, call.weight('depthwise_kernel'), bias(call, config.use_bias)]
  return activated(call, call.emit('linear', kind, inputs), config.activation)
}

export const dense: LayerLowering<'Dense'> = (call, config) => {
  const inputs = [...call.inputs, call.weight('kernel'), bias(call, config.use_bias)]
  return activated(call, call.emit('linear', { op: 'dense' }, inputs), config.activation)
}
