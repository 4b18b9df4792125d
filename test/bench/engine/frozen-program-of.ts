import type { PrefixPrecision } from '../../../src-main/contract/prefix-precision.ts'
import { calibrate } from '../../../src-main/learning/engine/frozen/calibrate.ts'
import { floatProgram } from '../../../src-main/learning/engine/frozen/float-program.ts'
import { frozenNodes } from '../../../src-main/learning/engine/frozen/frozen-nodes.ts'
import type { FrozenProgram } from '../../../src-main/learning/engine/frozen/frozen-program.ts'
import { quantise } from '../../../src-main/learning/engine/frozen/quantise.ts'
import { inferNetwork } from '../../../src-main/learning/network/infer.ts'
import { lower } from '../../../src-main/learning/operations/lower.ts'
import type { Tf } from '../../../src-main/learning/runtime.ts'
import type { Prepared } from './graft-training.ts'

const STORED = { storage: 'float32', normalisation: null } as const
const CALIBRATED = 32
const never = { isInterrupted: () => false, onBatch: () => undefined }

/** A network as a program for the native kernels, in int8 calibrated on a batch of `values`; null: a float precision has no step for
 *  something in it. Throws a FrozenRefusal where int8 has none. */
export async function frozenProgramOf(
  tf: Tf,
  { network, weights, shape, size }: Prepared,
  precision: PrefixPrecision,
  values: Float32Array,
): Promise<FrozenProgram | null> {
  const read = (name: string) => weights.get(name)!.values
  const graph = lower({ network, weights: inferNetwork(network).weights, read }, { batchNorm: 'folded' })
  if (precision !== 'int8') return floatProgram(graph, precision, STORED)
  const rows = Array.from({ length: Math.min(CALIBRATED, values.length / size) }, (_, i) => i)
  const load = (some: readonly number[]) => values.subarray(some[0]! * size, (some.at(-1)! + 1) * size)
  const whole = frozenNodes(graph)
  const samples = { ...STORED, shape, load }
  const { calibration, means } = (await calibrate(tf, { graph, whole }, { samples, rows }, never))!
  return quantise(whole, STORED, { ranges: new Map(calibration.ranges.map((range) => [range.name, range])), means })
}
