import { type Matrix, smallerGram, transposedTimes } from './matrix.ts'
import { symmetricSpectrum } from './symmetric-spectrum.ts'

/** What the economy singular value decomposition F = U S V^T says of some targets. */
export interface LeftProjections {
  /** Squares of the singular values above rounding, s_k^2; their number is the rank. */
  readonly squares: Float64Array
  /** Per target y: U^T y, parallel to `squares`. */
  readonly projections: readonly Float64Array[]
}

/** Projects targets (N numbers each) on the left singular vectors of F (N x D). Works on the smaller of F F^T and F^T F, whose eigenvalues
 *  are the squares; singular values below sqrt(epsilon) of the largest are thereby rounding and are left out. */
export function leftProjections(features: Matrix, targets: readonly Float64Array[]): LeftProjections {
  const { size, gram } = smallerGram(features)
  const isWide = features.rows <= features.columns
  // U^T y itself, or V^T (F^T y) = S U^T y.
  const vectors = targets.map((y) => (isWide ? Float64Array.from(y) : transposedTimes(features, y)))
  const values = symmetricSpectrum(gram, size, vectors)
  const largest = values.reduce((a, b) => Math.max(a, b), 0)
  const floor = Math.max(features.rows, features.columns) * Number.EPSILON * largest
  const kept = [...values.keys()].filter((k) => values[k]! > floor)
  return {
    squares: Float64Array.from(kept, (k) => values[k]!),
    projections: vectors.map((vector) =>
      Float64Array.from(kept, (k) => (isWide ? vector[k]! : vector[k]! / Math.sqrt(values[k]!))),
    ),
  }
}
