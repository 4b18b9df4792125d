import { z } from 'zod'
import { ACTIVATIONS } from './arguments.ts'

export const activationConfig = z.object({ activation: z.enum(ACTIVATIONS) })

export const reluConfig = z.object({
  /** null: no upper bound. */
  max_value: z
    .number()
    .positive()
    .nullish()
    .transform((value) => value ?? null),
  negative_slope: z.literal(0).optional(),
  threshold: z.literal(0).optional(),
})

export const dropoutConfig = z.object({ rate: z.number().min(0).max(0.99).default(0.5), seed: z.int().nullish() })
