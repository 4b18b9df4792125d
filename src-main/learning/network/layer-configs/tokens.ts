import { z } from 'zod'
import { kernelInitializer } from './arguments.ts'

/** Keras' self attention: keys and values as wide as each other, and an output as wide as the input. */
export const multiHeadAttentionConfig = z.object({
  num_heads: z.int().min(1),
  key_dim: z.int().min(1),
  use_bias: z.boolean().default(true),
  /** Share of the attention that is left out in training. */
  dropout: z.number().min(0).max(0.99).default(0),
  value_dim: z.null().optional(),
  output_shape: z.null().optional(),
  kernel_initializer: kernelInitializer,
})

/** `tokens`: how many are learnt. */
export const classTokenConfig = z.object({ tokens: z.int().min(1).default(1) })

const grid = z.tuple([z.int().min(1), z.int().min(1)])

/** `resized`: the positions were learnt for a grid of `from` patches behind `prefix` other tokens, and are stretched to `to`. */
export const positionalEmbeddingConfig = z.object({
  resized: z.object({ prefix: z.int().min(0), from: grid, to: grid }).optional(),
})

/** `index`: which one, 0 is the first. */
export const selectTokenConfig = z.object({ index: z.int().min(0).default(0) })

/** Keras counts the batch axis: [2, 2] is a product with the second input turned, a b^T, and [2, 1] is a b. */
export const dotConfig = z.object({
  axes: z.union([
    z.literal(2).transform((): [2, 2] => [2, 2]),
    z.tuple([z.literal(2), z.union([z.literal(1), z.literal(2)])]),
  ]),
  normalize: z.literal(false).optional(),
})
