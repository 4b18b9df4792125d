import type { FeatureAgreement } from '../../../contract/precision.ts'
import type { Samples } from '../data/training-data.ts'

/** Rows that are held at a time. */
const BATCH = 64

/** Cosine of each row's features in both, every place of a map counted: the mean, and the smallest. Of two rows of zeros it is 1, of one 0. */
export async function featureCosines(
  exact: Samples,
  here: Samples,
  rows: readonly number[],
): Promise<FeatureAgreement['cosine']> {
  let sum = 0
  let smallest = 1
  for (let at = 0; at < rows.length; at += BATCH) {
    const batch = rows.slice(at, at + BATCH)
    const [a, b] = await Promise.all([exact.load(batch, null), here.load(batch, null)])
    const length = a.length / batch.length
    for (let i = 0; i < batch.length; i++) {
      const value = cosine(a.subarray(i * length, (i + 1) * length), b.subarray(i * length, (i + 1) * length))
      sum += value
      smallest = Math.min(smallest, value)
    }
  }
  return { mean: sum / rows.length, smallest }
}

/** a b / (|a| |b|) in double precision. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [product, squareA, squareB] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    product += a[i]! * b[i]!
    squareA += a[i]! ** 2
    squareB += b[i]! ** 2
  }
  if (squareA === 0 || squareB === 0) return squareA === squareB ? 1 : 0
  // Rounding may go beyond what a cosine can be.
  return Math.min(1, product / Math.sqrt(squareA * squareB))
}
