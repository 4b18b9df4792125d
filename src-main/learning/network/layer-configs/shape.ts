import { z } from 'zod'
import { channelsLast, pair, sides } from './arguments.ts'

export const inputConfig = z.object({ shape: z.array(z.int().min(1)).min(1).max(3) })

export const zeroPadding2dConfig = z.object({
  padding: sides.default([
    [1, 1],
    [1, 1],
  ]),
  data_format: channelsLast,
})

export const cropping2dConfig = z.object({
  cropping: sides.default([
    [0, 0],
    [0, 0],
  ]),
  data_format: channelsLast,
})

export const upSampling2dConfig = z.object({
  size: pair.default([2, 2]),
  interpolation: z.enum(['nearest', 'bilinear']).default('nearest'),
  data_format: channelsLast,
})

export const flattenConfig = z.object({ data_format: channelsLast })

export const reshapeConfig = z.object({
  /** Without the batch axis; one size may be -1: what remains. */
  target_shape: z
    .array(z.union([z.int().min(1), z.literal(-1)]))
    .min(1)
    .refine((shape) => shape.filter((size) => size === -1).length <= 1, 'only one size may be -1'),
})
