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

export const positionalEmbeddingConfig = z.object({})

/** `index`: which one, 0 is the first. */
export const selectTokenConfig = z.object({ index: z.int().min(0).default(0) })
