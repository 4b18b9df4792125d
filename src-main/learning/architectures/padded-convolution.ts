import type { NetworkBuilder } from '../network/network-builder.ts'

/** PyTorch's defaults, in Keras' words. */
const BATCH_NORM = { epsilon: 1e-5, momentum: 0.9 }

/** Names of the two layers. */
export type ConvolutionNorm = readonly [convolution: string, norm: string]

export interface PaddedConvolution {
  /** Null: one filter per channel. */
  readonly filters: number | null
  readonly kernel: number
  readonly stride?: number
}

/** A convolution without bias that is padded by half its kernel on every side, as PyTorch does where TensorFlow's `same` is lopsided, and
 *  BatchNormalization. */
export function addConvolutionNorm(
  net: NetworkBuilder,
  [name, norm]: ConvolutionNorm,
  { filters, kernel, stride = 1 }: PaddedConvolution,
  input = net.last(),
): string {
  const isLopsided = stride > 1 && kernel > 1
  const padded = isLopsided ? net.add(`${name}.pad`, 'ZeroPadding2D', { padding: (kernel - 1) / 2 }, [input]) : input
  const config = {
    kernel_size: [kernel, kernel],
    strides: [stride, stride],
    padding: stride > 1 ? 'valid' : 'same',
    use_bias: false,
  }
  if (filters === null) net.add(name, 'DepthwiseConv2D', { ...config, depthwise_initializer: 'he_normal' }, [padded])
  else net.add(name, 'Conv2D', { filters, ...config, kernel_initializer: 'he_normal' }, [padded])
  return net.add(norm, 'BatchNormalization', BATCH_NORM)
}
