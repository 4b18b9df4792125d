import type { LayerType } from '../../../../contract/network.ts'
import type { TorchLayerOf } from '../torch-layer.ts'
import { conv2d, depthwiseConv2d } from './convolution.ts'
import { dense } from './dense.ts'
import {
  activation,
  add,
  concatenate,
  dropout,
  leakyRelu,
  multiply,
  prelu,
  relu,
  stochasticDepth,
} from './elementwise.ts'
import { batchNormalization, layerNormalization, layerScale, normalization, rescaling } from './normalization.ts'
import {
  averagePooling2d,
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalMaxPooling2d,
  maxPooling2d,
} from './pooling.ts'
import { cropping2d, flatten, reshape, upSampling2d, zeroPadding2d } from './shape.ts'
import { classToken, dot, multiHeadAttention, positionalEmbedding, selectToken } from './tokens.ts'

/** How PyTorch says each layer type. */
export const TORCH_LAYERS: { readonly [T in Exclude<LayerType, 'InputLayer'>]: TorchLayerOf<T> } = Object.freeze({
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
  Dot: dot,
})
