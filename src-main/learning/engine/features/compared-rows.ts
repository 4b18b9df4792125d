import { smallestHashes } from '../../../base/smallest-hashes.ts'
import type { TrainingData } from '../data/training-data.ts'

/** Rows that features of a lower precision are compared with float32's on, and where they are from. */
export interface ComparedRows {
  readonly split: 'validation' | 'train'
  /** Rows of different content. */
  readonly rows: readonly number[]
}

/** At most `limit` rows of the validation split; where it is empty, training rows. None whose content calibration sees, so that what was tuned on an item is
 *  never measured on it. Chosen by the smallest hashes: the rows of a smaller limit are among those of a larger one. null: there is no such row.
 *  @param calibrated rows that calibration looks at */
export function comparedRows(
  { rows, hashes }: Pick<TrainingData, 'rows' | 'hashes'>,
  calibrated: readonly number[],
  limit: number,
): ComparedRows | null {
  const seen = new Set(calibrated.map((row) => hashes[row]!))
  const unseen = (of: readonly number[]): number[] => {
    const left = of.filter((row) => !seen.has(hashes[row]!))
    return smallestHashes(left.map((row) => hashes[row]!), left.length).map((place) => left[place]!) // prettier-ignore
  }
  const validation = unseen(rows.validation).slice(0, limit)
  if (validation.length > 0) return { split: 'validation', rows: validation }
  // Half of them stays for the heads that are compared.
  const train = unseen(rows.train)
  const held = train.slice(Math.floor(train.length / 2)).slice(0, limit)
  return held.length === 0 ? null : { split: 'train', rows: held }
}
