import { z } from 'zod'
import { ACTIVATIONS, perChannel } from './arguments.ts'

export const activationConfig = z.object({ activation: z.enum(ACTIVATIONS) })

export const reluConfig = z.object({
  /** null: no upper bound. */
  max_value: z
    .number()
    .positive()
    .nullish()
    .transform((value) => value ?? null),
  negative_slope: z.number().min(0).optional(),
  threshold: z.literal(0).optional(),
})

/** Keras 2 and TensorFlow.js call the slope `alpha`. */
export const leakyReluConfig = z.object({ negative_slope: z.number().min(0).default(0.3) })

export const preluConfig = z.object({
  /** Axes with the batch as 0, as in Keras: [1, 2] gives a slope to each channel. */
  shared_axes: z
    .array(z.int().min(1))
    .nullish()
    .transform((value) => value ?? []),
})

/** x * scale + offset. */
export const rescalingConfig = z.object({ scale: perChannel, offset: perChannel.default(0) })

/** (x - mean) / max(sqrt(variance), 1e-7). */
export const normalizationConfig = z.object({
  axis: z.literal(-1).default(-1),
  mean: perChannel,
  variance: perChannel,
  invert: z.literal(false).optional(),
})

/** x * gamma, one factor for each channel. Paper: Touvron et al., "Going deeper with image transformers", ICCV 2021, eq. (4). */
export const layerScaleConfig = z.object({
  /** What a fresh gamma starts from. */
  init_values: z.number().default(1e-6),
})

export const dropoutConfig = z.object({ rate: z.number().min(0).max(0.99).default(0.5), seed: z.int().nullish() })

/** Drops a whole sample's branch. Paper: Huang et al., "Deep networks with stochastic depth", ECCV 2016. */
export const stochasticDepthConfig = z.object({
  drop_path_rate: z.number().min(0).max(0.99),
  seed: z.int().nullish(),
})
