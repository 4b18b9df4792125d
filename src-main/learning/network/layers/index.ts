import type { LayerType } from '../../../contract/network.ts'
import { conv2dRow, depthwiseConv2dRow } from './convolution.ts'
import { denseRow } from './dense.ts'
import { layerScaleRow, normalizationRow, preluRow, rescalingRow } from './elementwise.ts'
import type { LayerRow } from './layer-row.ts'
import { addRow, concatenateRow, multiplyRow } from './merge.ts'
import { batchNormalizationRow, layerNormalizationRow } from './normalization.ts'
import { globalPoolingRow, poolingRow } from './pooling.ts'
import { UNARY } from './row-parts.ts'
import { cropping2dRow, flattenRow, inputRow, reshapeRow, upSampling2dRow, zeroPadding2dRow } from './shape.ts'
import {
  classTokenRow,
  globalAveragePooling1dRow,
  multiHeadAttentionRow,
  positionalEmbeddingRow,
  selectTokenRow,
} from './tokens.ts'

/** Every layer type of the network description. Keras' argument semantics, channels last. */
export const LAYER_TABLE: Readonly<{ [T in LayerType]: LayerRow<T> }> = Object.freeze({
  InputLayer: inputRow,
  Conv2D: conv2dRow,
  DepthwiseConv2D: depthwiseConv2dRow,
  Dense: denseRow,
  BatchNormalization: batchNormalizationRow,
  Activation: UNARY,
  ReLU: UNARY,
  Add: addRow,
  Concatenate: concatenateRow,
  MaxPooling2D: poolingRow<'MaxPooling2D'>(),
  AveragePooling2D: poolingRow<'AveragePooling2D'>(),
  GlobalAveragePooling2D: globalPoolingRow<'GlobalAveragePooling2D'>(),
  ZeroPadding2D: zeroPadding2dRow,
  Flatten: flattenRow,
  Dropout: UNARY,
  Multiply: multiplyRow,
  Rescaling: rescalingRow,
  Normalization: normalizationRow,
  LeakyReLU: UNARY,
  PReLU: preluRow,
  LayerScale: layerScaleRow,
  StochasticDepth: UNARY,
  GlobalMaxPooling2D: globalPoolingRow<'GlobalMaxPooling2D'>(),
  Cropping2D: cropping2dRow,
  UpSampling2D: upSampling2dRow,
  Reshape: reshapeRow,
  LayerNormalization: layerNormalizationRow,
  MultiHeadAttention: multiHeadAttentionRow,
  ClassToken: classTokenRow,
  PositionalEmbedding: positionalEmbeddingRow,
  SelectToken: selectTokenRow,
  GlobalAveragePooling1D: globalAveragePooling1dRow,
})
