import { z } from 'zod'
import { Decoding } from './decoding.ts'

/** The one way to say what a network is: a directed graph of named layers of Keras' layer types and arguments, grouped
 *  into blocks. It is drawn, frozen, cut, given heads, trained, exported, and made by every importer. Shapes leave out
 *  the batch axis: [height, width, channels], [tokens, features] or [features]. */
export const LayerType = z.enum([
  'InputLayer',
  'Conv2D',
  'DepthwiseConv2D',
  'Dense',
  'BatchNormalization',
  'Activation',
  'ReLU',
  'Add',
  'Concatenate',
  'MaxPooling2D',
  'AveragePooling2D',
  'GlobalAveragePooling2D',
  'ZeroPadding2D',
  'Flatten',
  'Dropout',
  'Multiply',
  'Rescaling',
  'Normalization',
  'LeakyReLU',
  'PReLU',
  'LayerScale',
  'StochasticDepth',
  'GlobalMaxPooling2D',
  'Cropping2D',
  'UpSampling2D',
  'Reshape',
  'LayerNormalization',
  'MultiHeadAttention',
  'ClassToken',
  'PositionalEmbedding',
  'SelectToken',
  'GlobalAveragePooling1D',
  'Dot',
])
export type LayerType = z.infer<typeof LayerType>

/** Weights are named `<layer>/<weight>` with Keras' names and layouts: Conv2D `kernel` [kh, kw, in / groups, out] and `bias`;
 *  DepthwiseConv2D `depthwise_kernel` [kh, kw, in, 1] and `bias`; Dense `kernel` [in, out] and `bias`;
 *  BatchNormalization `gamma`, `beta`, `moving_mean`, `moving_variance`; PReLU `alpha` (the input's shape, 1 along shared axes);
 *  LayerScale `gamma`; LayerNormalization `gamma`, `beta`; MultiHeadAttention `query_kernel` [in, heads, key_dim] and `query_bias` [heads, key_dim], the
 *  same of `key` and `value`, `attention_output_kernel` [heads, key_dim, in] and `attention_output_bias`; ClassToken `token` [tokens, features];
 *  PositionalEmbedding `embedding` [tokens, features] (of the size that it was learnt at). Normalization and Rescaling have none: their numbers
 *  are arguments, so they never learn.
 *
 *  Where Keras has no way to say it: MaxPooling2D and AveragePooling2D take `padding` [[top, bottom], [left, right]], too. A padded
 *  place never is the maximum and does not count into the average, as with `same`. PyTorch's padding and ceil_mode (as more at the
 *  bottom and right) of max pooling are that; count_include_pad is a ZeroPadding2D before an AveragePooling2D.
 *  The activation `gelu` is the exact one, `gelu_tanh` the approximation; `hard_sigmoid` is relu6(x + 3) / 6, `leaky_relu` has a slope of 0.2. */
export const Layer = z.object({
  name: z.string().regex(/^[A-Za-z0-9_.-]+$/),
  /** The name in the file that it came from, where that is another: shown, and matched by patterns. */
  title: z.string().optional(),
  type: LayerType,
  /** Keras' arguments with Keras' names: filters, kernel_size, strides, padding, use_bias, units, activation, epsilon, momentum, rate, max_value, pool_size, axis,
   *  target_shape, negative_slope, scale, offset, mean, variance, drop_path_rate ... */
  config: z.record(z.string(), z.unknown()),
  inputs: z.array(z.string()),
  block: z.string(),
})
export type Layer = z.infer<typeof Layer>

/** How pixels or columns become the network's input. Images: x = (value / 255 - mean[c]) / std[c]. */
export const Preprocessing = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('image'),
    height: z.int(),
    width: z.int(),
    channels: z.union([z.literal(1), z.literal(3)]),
    mean: z.array(z.number()),
    std: z.array(z.number()),
    /** `cover` crops to the target shape around the middle, `stretch` ignores the aspect ratio. */
    resize: z.enum(['cover', 'stretch']),
    /** Absent: exact. */
    decoding: Decoding.optional(),
  }),
  z.object({
    kind: z.literal('table'),
    /** In input order. A numeric column gives one standardised value, a categorical one a value per category (one-hot). */
    columns: z.array(
      z.discriminatedUnion('type', [
        z.object({
          name: z.string(),
          type: z.literal('numeric'),
          mean: z.number(),
          std: z.number(),
          /** How the numbers of the training table were written, and its cells without a value; absent: not known. */
          decimal: z.enum(['point', 'comma']).optional(),
          missing: z.object({ cells: z.int(), texts: z.array(z.string()) }).optional(),
        }),
        z.object({ name: z.string(), type: z.literal('categorical'), categories: z.array(z.string()) }),
      ]),
    ),
  }),
])
export type Preprocessing = z.infer<typeof Preprocessing>

export const Network = z.object({
  name: z.string(),
  blocks: z.array(z.object({ name: z.string(), label: z.string() })),
  /** In topological order; layers[0] is the InputLayer (config.shape). */
  layers: z.array(Layer),
  /** Names of the output layers, one per head. */
  outputs: z.array(z.string()),
  /** The layer whose output serves as features when nothing else is chosen (default cut). */
  features: z.string(),
})
export type Network = z.infer<typeof Network>

/** What a drawn layer needs beside its description. */
export const LayerFacts = z.object({
  name: z.string(),
  outputShape: z.array(z.int()),
  parameters: z.int(),
  /** Gradient-trained parameters; moving averages are not among them. */
  trainableParameters: z.int(),
  multiplyAdds: z.number(),
})
export type LayerFacts = z.infer<typeof LayerFacts>

/** Which layers, by any mixture of gestures; the union of what is given. */
export const Selection = z.strictObject({
  all: z.boolean().optional(),
  /** A layer or block: it and everything before it. */
  upTo: z.string().optional(),
  /** A layer or block: it and everything after it. */
  from: z.string().optional(),
  /** A JavaScript regular expression matched anywhere in the layer's name, its title or its block's name. */
  pattern: z.string().optional(),
  /** The base's last N blocks that hold weights. */
  lastBlocks: z.int().min(1).max(1000).optional(),
  layers: z.array(z.string()).optional(),
  except: z.array(z.string()).optional(),
})
export type Selection = z.infer<typeof Selection>

/** frozen: reused, not trained. trained: reused, trained. fresh: new weights, trained. */
export const LayerState = z.enum(['frozen', 'trained', 'fresh'])
export type LayerState = z.infer<typeof LayerState>

export const NewLayer = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('dense'),
    units: z.int().min(1).max(65_536),
    activation: z.enum(['relu', 'relu6', 'tanh', 'sigmoid', 'gelu', 'silu', 'linear']).default('relu'),
    dropout: z.number().min(0).max(0.95).default(0),
    batchNorm: z.boolean().default(false),
  }),
  z.strictObject({
    type: z.literal('convolution'),
    filters: z.int().min(1).max(8192),
    kernelSize: z.int().min(1).max(11).default(3),
    stride: z.int().min(1).max(4).default(1),
    activation: z.enum(['relu', 'relu6', 'tanh', 'sigmoid', 'gelu', 'silu', 'linear']).default('relu'),
    dropout: z.number().min(0).max(0.95).default(0),
    batchNorm: z.boolean().default(false),
  }),
])
export type NewLayer = z.infer<typeof NewLayer>
