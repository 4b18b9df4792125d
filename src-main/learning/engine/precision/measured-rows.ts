import { smallestHashes } from '../../../base/smallest-hashes.ts'
import type { TrainingData } from '../data/training-data.ts'
import { calibrationRows } from '../frozen/calibrate.ts'
import { type ComparedRows, comparedRows } from '../features/compared-rows.ts'

/** What a measurement looks at. */
export interface MeasuredRows {
  /** Training rows: calibration's, and those that heads are fitted to. */
  readonly train: readonly number[]
  /** null: there is no row that calibration does not see. */
  readonly compared: ComparedRows | null
}

const TRAIN = 2000
const COMPARED = 1000
/** Features of one precision; they are cached. */
const MOST_BYTES = 512 * 2 ** 20

/** At most 2,000 training rows and 1,000 to compare on; fewer of each where features are large maps.
 *  @param featureLength numbers of one row's feature */
export function measuredRows(data: Pick<TrainingData, 'rows' | 'hashes'>, featureLength: number): MeasuredRows {
  const share = Math.min(1, MOST_BYTES / ((TRAIN + COMPARED) * featureLength * 4))
  const calibrated = calibrationRows(data.hashes, data.rows.train)
  const compared = comparedRows(data, calibrated, Math.ceil(COMPARED * share))
  const held = new Set(compared?.split === 'train' ? compared.rows : [])
  const left = data.rows.train.filter((row) => !held.has(row))
  const order = smallestHashes(left.map((row) => data.hashes[row]!), left.length).map((place) => left[place]!) // prettier-ignore
  // Calibration's rows come first in that order.
  return { train: order.slice(0, Math.max(calibrated.length, Math.ceil(TRAIN * share))), compared }
}
