import { smallestHashes } from '../../../base/smallest-hashes.ts'
import type { TrainingData } from '../data/training-data.ts'

/** Training images that ranges are calibrated on. */
const IMAGES = 512

/** Rows that calibration looks at: those whose content hashes have the smallest hashes, so that they hardly change when the dataset grows. */
export function calibrationRows({ rows, hashes }: Pick<TrainingData, 'rows' | 'hashes'>): number[] {
  return smallestHashes(rows.train.map((row) => hashes[row]!), IMAGES).map((place) => rows.train[place]!) // prettier-ignore
}
