import type { InferenceParts } from '../model/inference.ts'
import type { FrozenCalibration } from './calibrate.ts'
import type { FrozenProgram } from './frozen-program.ts'
import { frozenParts, withRefusal } from './frozen-support.ts'
import { quantise } from './quantise.ts'

/** A frozen part in int8. Throws a GraftError for a network that int8 has no kernels for. */
export function int8Program(
  { network, weights, samples }: Pick<InferenceParts, 'network' | 'weights' | 'samples'>,
  { calibration, means, rounded }: FrozenCalibration,
): FrozenProgram {
  const ranges = new Map(calibration.ranges.map((range) => [range.name, range]))
  const { whole } = frozenParts(network, weights)
  return withRefusal(network, () =>
    quantise(whole, samples, { ranges, means, rounded: ({ name }) => rounded.get(name) ?? null }),
  )
}
