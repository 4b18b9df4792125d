import { adam } from './adam.ts'
import { adamw } from './adamw.ts'
import type { OptimizerVariant } from './optimizer.ts'
import { rmsprop } from './rmsprop.ts'
import { sgd } from './sgd.ts'

/** Every optimizer; a new one is a file and a line here. Nothing here loads TensorFlow. */
export const optimizers = Object.freeze([adam, adamw, sgd, rmsprop]) as unknown as readonly OptimizerVariant[]
