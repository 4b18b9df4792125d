import type { LayerType } from '../../../contract/network.ts'
import { conv2dRow, depthwiseConv2dRow } from './convolution.ts'
import { denseRow } from './dense.ts'
import type { LayerRow } from './layer-row.ts'
import { addRow, concatenateRow } from './merge.ts'
import { batchNormalizationRow, layerNormalizationRow } from './normalization.ts'
import { globalAveragePooling2dRow, poolingRow } from './pooling.ts'
import { UNARY } from './row-parts.ts'
import { flattenRow, inputRow, zeroPadding2dRow } from './shape.ts'
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
  GlobalAveragePooling2D: globalAveragePooling2dRow,
  ZeroPadding2D: zeroPadding2dRow,
  Flatten: flattenRow,
  Dropout: UNARY,
  LayerNormalization: layerNormalizationRow,
  MultiHeadAttention: multiHeadAttentionRow,
  ClassToken: classTokenRow,
  PositionalEmbedding: positionalEmbeddingRow,
  SelectToken: selectTokenRow,
  GlobalAveragePooling1D: globalAveragePooling1dRow,
})
