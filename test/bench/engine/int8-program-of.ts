import { calibrate } from '../../../src-main/learning/engine/frozen/calibrate.ts'
import type { FrozenProgram } from '../../../src-main/learning/engine/frozen/frozen-program.ts'
import { frozenParts } from '../../../src-main/learning/engine/frozen/frozen-support.ts'
import { nativeFor } from '../../../src-main/learning/engine/frozen/frozen-inference.ts'
import { int8Program } from '../../../src-main/learning/engine/frozen/int8-program.ts'
import type { Runtime } from '../../../src-main/learning/runtime.ts'
import type { Prepared } from './graft-training.ts'

const CALIBRATED = 32
const never = { isInterrupted: () => false, onBatch: () => undefined, onKernel: () => undefined }

/** A network as a program for the native kernels in int8, calibrated on the first of `values`. Throws a GraftError where int8 has no step for a layer. */
export async function int8ProgramOf(
  runtime: Runtime,
  { network, weights, shape, size }: Prepared,
  values: Float32Array,
): Promise<FrozenProgram> {
  const samples = { shape, layer: null, storage: 'float32', normalisation: null } as const
  const rows = Array.from({ length: Math.min(CALIBRATED, values.length / size) }, (_, i) => i)
  const load = (some: readonly number[]) => values.subarray(some[0]! * size, (some.at(-1)! + 1) * size)
  const calibration = await calibrate(
    { ...runtime, frozen: nativeFor(runtime, 'int8') },
    frozenParts(network, weights),
    { samples: { ...samples, load }, rows },
    never,
  )
  return int8Program({ network, weights, samples }, calibration!)
}
