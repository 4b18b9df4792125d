import { z } from 'zod'

/** Number format in which the frozen part of a network computes the features that are cached. */
export const PrefixPrecision = z.enum(['float32', 'bfloat16', 'int8'])
export type PrefixPrecision = z.infer<typeof PrefixPrecision>
