import type { Manifest } from '../../contract/trainer.ts'

/** Raw outputs of a head as they are told: numbers in the target's own unit, classes as they are. In 64 bits: 1e9 + 0.5 is no 32-bit number
 *  (docs/adr/0014-numbers-leave-in-64-bits.md). */
export function inOwnUnit(
  { scale }: Pick<Manifest['heads'][number], 'scale'>,
  outputs: ArrayLike<number>,
): Float64Array {
  const { mean, std } = scale ?? { mean: 0, std: 1 }
  return Float64Array.from(outputs, (value) => value * std + mean)
}
