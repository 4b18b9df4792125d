import { createHash } from 'node:crypto'
import type { Calibration } from '../../../contract/precision.ts'
import type { PrefixPrecision } from '../../../contract/prefix-precision.ts'
import { networkUpTo } from '../../network/network-up-to.ts'
import { encodeFrozen } from '../frozen/encode-frozen.ts'
import { floatPart } from '../frozen/float-part.ts'
import { createFrozenInference } from '../frozen/frozen-inference.ts'
import { int8Program } from '../frozen/int8-program.ts'
import type { TrainingData } from '../data/training-data.ts'
import type { Model } from '../model/model.ts'
import type { Reporter } from '../loop/reporter.ts'
import { type Inference, valuesOf } from '../model/inference.ts'
import { floatKey, prefixKey } from './feature-cache.ts'
import { type CalibrationParts, frozenCalibration } from './frozen-calibration.ts'

/** The part of a network up to a layer, ready to compute features in one precision. */
export interface FrozenPart {
  /** Of the cache that its features are kept in. */
  readonly key: string
  /** null: the precision needs none. */
  readonly calibration: Calibration | null
  readonly start: () => Inference
}

export interface FrozenPartParts extends CalibrationParts {
  readonly model: Model
  readonly data: TrainingData
}

/** float32 and bfloat16 are computed by Graft's own kernels or by TensorFlow (`floatPart`), int8 by its own, once its ranges are known. Throws a GraftError where int8 cannot be had; null
 *  when interrupted. */
export async function frozenPart(
  parts: FrozenPartParts,
  { layer, precision }: { readonly layer: string; readonly precision: PrefixPrecision },
  reporter: Pick<Reporter, 'send'>,
): Promise<FrozenPart | null> {
  const { runtime, model, data } = parts
  const network = networkUpTo(model.network, layer)
  const weights = valuesOf(model)
  const { samples, preprocessingKey } = data
  const keyed = { preprocessingKey, precision }
  if (precision !== 'int8') {
    const { kernels, start } = floatPart(runtime, { network, weights, samples, precision })
    return { key: floatKey({ network, weights, layer }, keyed, kernels), calibration: null, start }
  }
  const key = prefixKey(network, weights, layer, keyed)
  const found = await frozenCalibration(parts, { network, weights, key }, reporter)
  if (found === null) return null
  const program = int8Program({ network, weights, samples }, found)
  const content = createHash('sha256').update(encodeFrozen(program)).digest('hex')
  return {
    key: prefixKey(network, weights, layer, { ...keyed, program: content }),
    calibration: found.calibration,
    start: () => createFrozenInference(runtime, program, samples),
  }
}
