import type { Taps } from './resize.ts'

/** One axis for native code: outputs, taps of each at most, then `first`, `count` and `weights` of Taps. */
export type PackedTaps = Int32Array

export function packTaps({ first, count, weights, most }: Taps): PackedTaps {
  const outputs = first.length
  const all = new Int32Array(2 + outputs * (2 + most))
  all.set([outputs, most])
  all.set(first, 2)
  all.set(count, 2 + outputs)
  all.set(weights, 2 + 2 * outputs)
  return all
}
