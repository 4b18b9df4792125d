import { z } from 'zod'
import { GraftError } from '../../contract/errors.ts'
import type { Layer, LayerType } from '../../contract/network.ts'

/** Activations a layer may name, by Keras' names. */
export const ACTIVATIONS = ['linear', 'relu', 'relu6', 'tanh', 'sigmoid', 'gelu', 'silu', 'softmax'] as const
export type ActivationName = (typeof ACTIVATIONS)[number]

const activation = z.enum(ACTIVATIONS).default('linear')
const pair = z
  .union([z.int().min(1), z.tuple([z.int().min(1), z.int().min(1)])])
  .transform((value): [number, number] => (typeof value === 'number' ? [value, value] : value))
const padding = z.enum(['valid', 'same']).default('valid')
const one: [number, number] = [1, 1]
const initializer = z.enum(['glorot_uniform', 'he_normal', 'he_uniform', 'zeros', 'ones'])
const kernelInitializer = initializer.default('glorot_uniform')

/** Arguments that Graft has one value for. Given, they must say the same. */
const fixed = {
  data_format: z.literal('channels_last').optional(),
  dilation_rate: pair.refine((value) => value[0] === 1 && value[1] === 1, 'dilation_rate must be 1').optional(),
  groups: z.literal(1).optional(),
}

const pool = z.object({
  pool_size: pair.default([2, 2]),
  /** Keras: the pool size when left out. */
  strides: pair.nullish(),
  padding,
  ...fixed,
})

const side = z.tuple([z.int().min(0), z.int().min(0)])
const zeroPadding = z
  .union([z.int().min(0), side, z.tuple([side, side])])
  .default(1)
  .transform((value): [[number, number], [number, number]] => {
    if (typeof value === 'number') return [[value, value], [value, value]] // prettier-ignore
    const [top, left] = value
    return [typeof top === 'number' ? [top, top] : top, typeof left === 'number' ? [left, left] : left]
  })

/** Keras' arguments of each layer type with Keras' defaults. Unknown arguments (name, dtype, trainable ...) are left out. */
export const LAYER_CONFIGS = {
  InputLayer: z.object({ shape: z.array(z.int().min(1)).min(1).max(3) }),
  Conv2D: z.object({
    filters: z.int().min(1),
    kernel_size: pair,
    strides: pair.default(one),
    padding,
    use_bias: z.boolean().default(true),
    activation,
    kernel_initializer: kernelInitializer,
    ...fixed,
  }),
  DepthwiseConv2D: z.object({
    kernel_size: pair,
    strides: pair.default(one),
    padding,
    use_bias: z.boolean().default(true),
    activation,
    depth_multiplier: z.literal(1).optional(),
    depthwise_initializer: kernelInitializer,
    ...fixed,
  }),
  Dense: z.object({
    units: z.int().min(1),
    use_bias: z.boolean().default(true),
    activation,
    kernel_initializer: kernelInitializer,
  }),
  BatchNormalization: z.object({
    axis: z.union([z.int(), z.tuple([z.int()])]).default(-1),
    momentum: z.number().min(0).max(1).default(0.99),
    epsilon: z.number().positive().default(1e-3),
    center: z.boolean().default(true),
    scale: z.boolean().default(true),
    gamma_initializer: initializer.default('ones'),
  }),
  Activation: z.object({ activation: z.enum(ACTIVATIONS) }),
  ReLU: z.object({
    /** null: no upper bound. */
    max_value: z
      .number()
      .positive()
      .nullish()
      .transform((value) => value ?? null),
    negative_slope: z.literal(0).optional(),
    threshold: z.literal(0).optional(),
  }),
  Add: z.object({}),
  Concatenate: z.object({ axis: z.int().default(-1) }),
  MaxPooling2D: pool,
  AveragePooling2D: pool,
  GlobalAveragePooling2D: z.object({ keepdims: z.literal(false).optional() }),
  ZeroPadding2D: z.object({ padding: zeroPadding, data_format: fixed.data_format }),
  Flatten: z.object({ data_format: fixed.data_format }),
  Dropout: z.object({ rate: z.number().min(0).max(0.99).default(0.5), seed: z.int().nullish() }),
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
