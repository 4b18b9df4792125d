import { activationOf, picked } from './arguments.ts'
import { activated, USUAL } from './plain-rules.ts'
import type { Piece, Rule } from './rule.ts'

const WINDOW = ['strides', 'padding', 'use_bias', 'dilation_rate'] as const

export const conv2d: Rule = (layer, context) => {
  const [piece] = activated('Conv2D', ['filters', 'kernel_size', 'groups', ...WINDOW])(layer, context) as [Piece]
  const { filters, groups, ...config } = piece.config
  const channels = context.shapes[0]?.at(-1)
  if (groups === undefined || groups !== channels || filters !== channels) return [piece]
  // As many groups as channels is a depthwise convolution: [kh, kw, 1, C] are the numbers of [kh, kw, C, 1].
  const size =
    typeof config['kernel_size'] === 'number'
      ? [config['kernel_size'], config['kernel_size']]
      : (config['kernel_size'] as number[])
  const kernel = { names: ['kernel'], index: 0, shape: [...size, 1, channels as number] }
  return [
    {
      suffix: '',
      type: 'DepthwiseConv2D',
      config,
      origins: { depthwise_kernel: kernel, bias: { names: ['bias'], index: 1 } },
    },
  ]
}

/** As its two parts: a depthwise convolution, and a 1 x 1 one with the bias and the activation. */
export const separableConv2d: Rule = (layer, context) => {
  const activation = activationOf(layer.config['activation'], layer, context.isLegacy)
  const depthwise: Piece = {
    suffix: '_depthwise',
    type: 'DepthwiseConv2D',
    config: {
      ...picked(layer, ['kernel_size', 'strides', 'padding', 'dilation_rate', 'depth_multiplier'], USUAL),
      use_bias: false,
    },
    origins: { depthwise_kernel: { names: ['depthwise_kernel'], index: 0 } },
  }
  const pointwise: Piece = {
    suffix: '',
    type: 'Conv2D',
    config: {
      ...picked(layer, ['filters', 'use_bias']),
      kernel_size: [1, 1],
      ...(activation === 'linear' ? {} : { activation }),
    },
    origins: { kernel: { names: ['pointwise_kernel'], index: 1 }, bias: { names: ['bias'], index: 2 } },
  }
  return [depthwise, pointwise]
}

export const depthwiseConv2d: Rule = (layer, context) => {
  const [piece] = activated('DepthwiseConv2D', ['kernel_size', 'depth_multiplier', ...WINDOW])(layer, context) as [
    Piece,
  ]
  // Keras 3 calls the kernel of every convolution `kernel`.
  const origins = {
    depthwise_kernel: { names: ['depthwise_kernel', 'kernel'], index: 0 },
    bias: { names: ['bias'], index: 1 },
  }
  return [{ ...piece, origins }]
}
