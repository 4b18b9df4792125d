import { z } from 'zod'
import { GraftError } from '../../contract/errors.ts'
import type { Layer, LayerType } from '../../contract/network.ts'
import { conv2dConfig, depthwiseConv2dConfig } from './layer-configs/convolution.ts'
import { denseConfig } from './layer-configs/dense.ts'
import {
  activationConfig,
  dropoutConfig,
  layerScaleConfig,
  leakyReluConfig,
  normalizationConfig,
  preluConfig,
  reluConfig,
  rescalingConfig,
  stochasticDepthConfig,
} from './layer-configs/elementwise.ts'
import { batchNormalizationConfig, layerNormalizationConfig } from './layer-configs/normalization.ts'
import { globalPoolingConfig, poolingConfig } from './layer-configs/pooling.ts'
import {
  cropping2dConfig,
  flattenConfig,
  inputConfig,
  reshapeConfig,
  upSampling2dConfig,
  zeroPadding2dConfig,
} from './layer-configs/shape.ts'
import {
  classTokenConfig,
  multiHeadAttentionConfig,
  positionalEmbeddingConfig,
  selectTokenConfig,
} from './layer-configs/tokens.ts'

/** Keras' arguments of each layer type with Keras' defaults. Unknown arguments (name, dtype, trainable ...) are left out. */
export const LAYER_CONFIGS = {
  InputLayer: inputConfig,
  Conv2D: conv2dConfig,
  DepthwiseConv2D: depthwiseConv2dConfig,
  Dense: denseConfig,
  BatchNormalization: batchNormalizationConfig,
  Activation: activationConfig,
  ReLU: reluConfig,
  Add: z.object({}),
  Concatenate: z.object({ axis: z.int().default(-1) }),
  MaxPooling2D: poolingConfig,
  AveragePooling2D: poolingConfig,
  GlobalAveragePooling2D: globalPoolingConfig,
  ZeroPadding2D: zeroPadding2dConfig,
  Flatten: flattenConfig,
  Dropout: dropoutConfig,
  Multiply: z.object({}),
  Rescaling: rescalingConfig,
  Normalization: normalizationConfig,
  LeakyReLU: leakyReluConfig,
  PReLU: preluConfig,
  LayerScale: layerScaleConfig,
  StochasticDepth: stochasticDepthConfig,
  GlobalMaxPooling2D: globalPoolingConfig,
  Cropping2D: cropping2dConfig,
  UpSampling2D: upSampling2dConfig,
  Reshape: reshapeConfig,
  LayerNormalization: layerNormalizationConfig,
  MultiHeadAttention: multiHeadAttentionConfig,
  ClassToken: classTokenConfig,
  PositionalEmbedding: positionalEmbeddingConfig,
  SelectToken: selectTokenConfig,
  GlobalAveragePooling1D: globalPoolingConfig,
} as const satisfies Record<LayerType, z.ZodType>

export type LayerConfig<T extends LayerType = LayerType> = z.output<(typeof LAYER_CONFIGS)[T]>

/** The layer's arguments, checked, with Keras' defaults filled in. Pairs are always [height, width].
 *  Throws E_NETWORK_SHAPE naming the layer and the argument. */
export function layerConfig<T extends LayerType>(layer: Layer & { type: T }): LayerConfig<T>
export function layerConfig<T extends LayerType>(layer: Layer, type: T): LayerConfig<T>
export function layerConfig(layer: Layer): unknown {
  const parsed = LAYER_CONFIGS[layer.type].safeParse(layer.config)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const path = issue?.path.join('.') ?? ''
  throw new GraftError(
    'E_NETWORK_SHAPE',
    `Layer "${layer.name}" (${layer.type}) has an unusable argument \`${path}\`: ${issue?.message ?? 'not accepted'}. Received: ${JSON.stringify(layer.config[path] ?? null)}.`,
    { fix: `Give ${layer.type} the arguments that Keras gives it.`, details: { layer: layer.name, argument: path } },
  )
}
