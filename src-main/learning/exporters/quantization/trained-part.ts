import type { Preprocessing } from '../../../contract/network.ts'
import type { ExportJob, ModelFiles } from '../../../contract/trainer.ts'
import { normalisationOf } from '../../engine/data/image-data.ts'
import { calibrationPath, readCalibration } from '../../engine/features/calibration-file.ts'
import type { FrozenProgram } from '../../engine/frozen/frozen-program.ts'
import { frozenParts } from '../../engine/frozen/frozen-support.ts'
import { type ChannelMap, storedToReal, type StoredInput } from '../../engine/frozen/input-step.ts'
import { int8Program } from '../../engine/frozen/int8-program.ts'
import { networkUpTo } from '../../network/network-up-to.ts'
import type { WeightValues } from '../../weights/weight-values.ts'

/** The frozen part of a run as it computed the features of its heads in int8. */
export interface TrainedPart {
  readonly program: FrozenProgram
  /** From a sample's stored numbers to what its first kernels read, per channel. */
  readonly input: ChannelMap
}

export interface PartParts {
  readonly network: ModelFiles['network']
  readonly preprocessing: Preprocessing
  readonly weights: WeightValues
  readonly features: ExportJob['features']
  readonly cacheFolder: string | undefined
}

/** The part with the weights as the run rounded them; null: it did not compute in int8, it was trained since, or what calibration found is no longer in the
 *  cache. */
export function trainedPart({ network, preprocessing, weights, features, cacheFolder }: PartParts): TrainedPart | null {
  const key = features?.calibration?.key
  if (features === undefined || key === undefined || cacheFolder === undefined) return null
  const found = readCalibration(calibrationPath(cacheFolder, key))
  if (found === null || preprocessing.kind !== 'image') return null
  const stored: StoredInput = { storage: 'uint8', normalisation: normalisationOf(preprocessing) }
  const { height, width, channels } = preprocessing
  const part = { network: networkUpTo(network, features.layer), weights }
  const { whole } = frozenParts(part.network, weights)
  return {
    program: int8Program({ ...part, samples: { ...stored, shape: [height, width, channels], layer: null } }, found),
    input: storedToReal(whole.input, stored),
  }
}
