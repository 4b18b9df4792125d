import { z } from 'zod'
import { channelsLast, padding, pair } from './arguments.ts'

export const poolingConfig = z.object({
  pool_size: pair.default([2, 2]),
  /** Keras: the pool size when left out. */
  strides: pair.nullish(),
  padding,
  data_format: channelsLast,
})

export const globalPoolingConfig = z.object({ keepdims: z.literal(false).optional() })
