import { z } from 'zod'
import { activation, kernelInitializer } from './arguments.ts'

export const denseConfig = z.object({
  units: z.int().min(1),
  use_bias: z.boolean().default(true),
  activation,
  kernel_initializer: kernelInitializer,
})
