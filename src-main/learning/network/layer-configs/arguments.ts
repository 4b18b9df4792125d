import { z } from 'zod'

/** Activations a layer may name, by Keras 3's names, and `gelu_tanh` for gelu(approximate=True), which has none. */
export const ACTIVATIONS = [
  'linear',
  'relu',
  'relu6',
  'tanh',
  'sigmoid',
  'gelu',
  'silu',
  'softmax',
  'gelu_tanh',
  'hard_sigmoid',
  'hard_silu',
  'leaky_relu',
  'elu',
  'selu',
  'softplus',
] as const
export type ActivationName = (typeof ACTIVATIONS)[number]

export const activation = z.enum(ACTIVATIONS).default('linear')
export const pair = z
  .union([z.int().min(1), z.tuple([z.int().min(1), z.int().min(1)])])
  .transform((value): [number, number] => (typeof value === 'number' ? [value, value] : value))
export const padding = z.enum(['valid', 'same']).default('valid')
export const one: [number, number] = [1, 1]
export const initializer = z.enum(['glorot_uniform', 'he_normal', 'he_uniform', 'truncated_normal', 'zeros', 'ones'])
export const kernelInitializer = initializer.default('glorot_uniform')
export const channelsLast = z.literal('channels_last').optional()

/** One number, or one for each channel. */
export const perChannel = z.union([z.number(), z.array(z.number()).min(1)])

const side = z.tuple([z.int().min(0), z.int().min(0)])

/** [[top, bottom], [left, right]]. */
export const sidesPair = z.tuple([side, side])

/** The same of a number, a pair or those. */
export const sides = z
  .union([z.int().min(0), side, z.tuple([side, side])])
  .transform((value): [[number, number], [number, number]] => {
    if (typeof value === 'number') return [[value, value], [value, value]] // prettier-ignore
    const [top, left] = value
    return [typeof top === 'number' ? [top, top] : top, typeof left === 'number' ? [left, left] : left]
  })
