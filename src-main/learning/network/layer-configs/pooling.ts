import { z } from 'zod'
import { channelsLast, pair, sidesPair } from './arguments.ts'

export const poolingConfig = z.object({
  pool_size: pair.default([2, 2]),
  /** Keras: the pool size when left out. */
  strides: pair.nullish(),
  /** [[top, bottom], [left, right]] says how much; padded places count in neither the maximum nor the average. */
  padding: z.union([z.enum(['valid', 'same']), sidesPair]).default('valid'),
  data_format: channelsLast,
})

export const globalPoolingConfig = z.object({
  /** True: (H, W, C) gives (1, 1, C) in place of (C), and (N, C) gives (1, C). */
  keepdims: z.boolean().optional(),
  data_format: channelsLast,
})
