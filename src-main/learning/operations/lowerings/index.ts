import type { LayerType } from '../../../contract/network.ts'
import type { LayerCall, LayerLowering } from '../layer-lowering.ts'
import { activation, leakyRelu, prelu, relu } from './activations.ts'
import { conv2d, dense, depthwiseConv2d } from './kernels.ts'
import { add, concatenate, dot, multiply } from './merge.ts'
import { averagePooling2d, globalAveragePooling, globalMaxPooling, maxPooling2d } from './pooling.ts'
import { batchNormalization, layerNormalization, layerScale, normalization, rescaling } from './scaling.ts'
import { cropping2d, reshape, upSampling2d, zeroPadding2d } from './shape.ts'
import { classToken, multiHeadAttention, positionalEmbedding, selectToken } from './tokens.ts'

/** What is nothing in inference. */
const same = ({ inputs }: LayerCall): string => inputs[0]!

/** How each layer type becomes operations. The input is no operation. */
export const LAYER_LOWERINGS: Readonly<{ [T in Exclude<LayerType, 'InputLayer'>]: LayerLowering<T> }> = Object.freeze({
  Conv2D: conv2d,
  DepthwiseConv2D: depthwiseConv2d,
  Dense: dense,
  BatchNormalization: batchNormalization,
  Activation: activation,
  ReLU: relu,
  Add: add,
  Concatenate: concatenate,
  MaxPooling2D: maxPooling2d,
  AveragePooling2D: averagePooling2d,
  GlobalAveragePooling2D: globalAveragePooling,
  ZeroPadding2D: zeroPadding2d,
  Flatten: reshape,
  Dropout: same,
  Multiply: multiply,
  Rescaling: rescaling,
  Normalization: normalization,
  LeakyReLU: leakyRelu,
  PReLU: prelu,
  LayerScale: layerScale,
  StochasticDepth: same,
  GlobalMaxPooling2D: globalMaxPooling,
  Cropping2D: cropping2d,
  UpSampling2D: upSampling2d,
  Reshape: reshape,
  LayerNormalization: layerNormalization,
  MultiHeadAttention: multiHeadAttention,
  ClassToken: classToken,
  PositionalEmbedding: positionalEmbedding,
  SelectToken: selectToken,
  GlobalAveragePooling1D: globalAveragePooling,
  Dot: dot,
})
