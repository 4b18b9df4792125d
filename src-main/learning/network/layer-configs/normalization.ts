import { z } from 'zod'
import { initializer } from './arguments.ts'

export const batchNormalizationConfig = z.object({
  axis: z.union([z.int(), z.tuple([z.int()])]).default(-1),
  momentum: z.number().min(0).max(1).default(0.99),
  epsilon: z.number().positive().default(1e-3),
  center: z.boolean().default(true),
  scale: z.boolean().default(true),
  gamma_initializer: initializer.default('ones'),
})

export const layerNormalizationConfig = z.object({
  axis: z.union([z.int(), z.tuple([z.int()])]).default(-1),
  epsilon: z.number().positive().default(1e-3),
  center: z.boolean().default(true),
  scale: z.boolean().default(true),
  gamma_initializer: initializer.default('ones'),
})
