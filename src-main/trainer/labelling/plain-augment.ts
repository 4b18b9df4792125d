import { AugmentSpec } from '../../contract/spec.ts'

/** Pictures as they are. */
export const PLAIN = AugmentSpec.parse({})
