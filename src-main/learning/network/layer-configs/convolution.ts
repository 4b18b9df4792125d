import { z } from 'zod'
import { activation, channelsLast, kernelInitializer, one, padding, pair } from './arguments.ts'

/** Arguments that Graft has one value for. Given, they must say the same. */
const fixed = {
  data_format: channelsLast,
  dilation_rate: pair.refine((value) => value[0] === 1 && value[1] === 1, 'dilation_rate must be 1').optional(),
}

export const conv2dConfig = z.object({
  filters: z.int().min(1),
  kernel_size: pair,
  strides: pair.default(one),
  padding,
  use_bias: z.boolean().default(true),
  activation,
  /** The input's and the output's channels in so many equal parts, each of which sees its own only. */
  groups: z.int().min(1).optional(),
  kernel_initializer: kernelInitializer,
  ...fixed,
})

export const depthwiseConv2dConfig = z.object({
  kernel_size: pair,
  strides: pair.default(one),
  padding,
  use_bias: z.boolean().default(true),
  activation,
  depth_multiplier: z.literal(1).optional(),
  groups: z.literal(1).optional(),
  depthwise_initializer: kernelInitializer,
  ...fixed,
})
