import type { LayerType } from '../../../../contract/network.ts'
import { multiHeadAttention } from './attention.ts'
import { batchNormalization } from './batch-normalization.ts'
import { conv2d, depthwiseConv2d } from './convolution.ts'
import { dense } from './dense.ts'
import { dropout, stochasticDepth } from './dropping.ts'
import { layerNormalization } from './layer-normalization.ts'
import type { LayerOp } from './layer-op.ts'
import { averagePooling2d, globalAveragePooling2d, globalMaxPooling2d, maxPooling2d } from './pooling.ts'
import { layerScale, normalization, rescaling } from './scaling.ts'
import { cropping2d, flatten, reshape, upSampling2d, zeroPadding2d } from './shape.ts'
import { activation, add, concatenate, input, leakyRelu, multiply, prelu, relu } from './simple.ts'
import { classToken, globalAveragePooling1d, positionalEmbedding, selectToken } from './tokens.ts'

/** How each layer type runs. */
export const LAYER_OPS: Readonly<{ [T in LayerType]: LayerOp<T> }> = Object.freeze({
  InputLayer: input,
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
  GlobalAveragePooling2D: globalAveragePooling2d,
  ZeroPadding2D: zeroPadding2d,
  Flatten: flatten,
  Dropout: dropout,
  Multiply: multiply,
  Rescaling: rescaling,
  Normalization: normalization,
  LeakyReLU: leakyRelu,
  PReLU: prelu,
  LayerScale: layerScale,
  StochasticDepth: stochasticDepth,
  GlobalMaxPooling2D: globalMaxPooling2d,
  Cropping2D: cropping2d,
  UpSampling2D: upSampling2d,
  Reshape: reshape,
  LayerNormalization: layerNormalization,
  MultiHeadAttention: multiHeadAttention,
  ClassToken: classToken,
  PositionalEmbedding: positionalEmbedding,
  SelectToken: selectToken,
  GlobalAveragePooling1D: globalAveragePooling1d,
})
