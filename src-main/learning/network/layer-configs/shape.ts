import { z } from 'zod'
import { channelsLast, sides } from './arguments.ts'

export const inputConfig = z.object({ shape: z.array(z.int().min(1)).min(1).max(3) })

export const zeroPadding2dConfig = z.object({
  padding: sides.default([
    [1, 1],
    [1, 1],
  ]),
  data_format: channelsLast,
})

export const flattenConfig = z.object({ data_format: channelsLast })
