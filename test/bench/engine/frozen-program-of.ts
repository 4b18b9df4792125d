import type { PrefixPrecision } from '../../../src-main/contract/prefix-precision.ts'
import { calibrate } from '../../../src-main/learning/engine/frozen/calibrate.ts'
import { floatProgram } from '../../../src-main/learning/engine/frozen/float-program.ts'
import { int8Program } from '../../../src-main/learning/engine/frozen/int8-program.ts'
import type { FrozenProgram } from '../../../src-main/learning/engine/frozen/frozen-program.ts'
import { frozenParts } from '../../../src-main/learning/engine/frozen/frozen-support.ts'
import type { Tf } from '../../../src-main/learning/runtime.ts'
import type { Prepared } from './graft-training.ts'

const CALIBRATED = 32
const never = { isInterrupted: () => false, onBatch: () => undefined }

/** A network as a program for the native kernels, in int8 calibrated on the first of `values`; null: a float precision has no step for something in
 *  it. Throws a GraftError where int8 has none. */
export async function frozenProgramOf(
  tf: Tf,
  { network, weights, shape, size }: Prepared,
  precision: PrefixPrecision,
  values: Float32Array,
): Promise<FrozenProgram | null> {
  const stored = { shape, layer: null, storage: 'float32', normalisation: null } as const
  const parts = frozenParts(network, weights)
  if (precision !== 'int8') return floatProgram(parts.graph, precision, stored)
  const rows = Array.from({ length: Math.min(CALIBRATED, values.length / size) }, (_, i) => i)
  const load = (some: readonly number[]) => values.subarray(some[0]! * size, (some.at(-1)! + 1) * size)
  const calibration = await calibrate(tf, parts, { samples: { ...stored, load }, rows }, never)
  return int8Program({ network, weights, samples: stored }, calibration!)
}
