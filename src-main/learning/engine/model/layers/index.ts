import type { LayerType } from '../../../../contract/network.ts'
import { multiHeadAttention } from './attention.ts'
import { batchNormalization } from './batch-normalization.ts'
import { conv2d, depthwiseConv2d } from './convolution.ts'
import { dense } from './dense.ts'
import { layerNormalization } from './layer-normalization.ts'
import type { LayerOp } from './layer-op.ts'
import { averagePooling2d, globalAveragePooling2d, maxPooling2d } from './pooling.ts'
import { activation, add, concatenate, dropout, flatten, input, relu, zeroPadding2d } from './simple.ts'
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
  LayerNormalization: layerNormalization,
  MultiHeadAttention: multiHeadAttention,
  ClassToken: classToken,
  PositionalEmbedding: positionalEmbedding,
  SelectToken: selectToken,
  GlobalAveragePooling1D: globalAveragePooling1d,
})
