import { symmetricSpectrum } from '../../transferability/symmetric-spectrum.ts'

/** Eigenvalues of a small symmetric matrix, largest first, and its eigenvectors as the columns of a matrix (size, size). */
export function ritzVectors(matrix: Float64Array, size: number): { values: Float64Array; vectors: Float64Array } {
  // Unit vectors in the coordinates of the eigenvectors are the rows of Q.
  const rows = Array.from({ length: size }, (_, i) => {
    const unit = new Float64Array(size)
    unit[i] = 1
    return unit
  })
  const spectrum = symmetricSpectrum(matrix.slice(), size, rows)
  const order = Array.from(spectrum.keys()).sort((a, b) => spectrum[b]! - spectrum[a]!)
  const vectors = new Float64Array(size * size)
  for (let i = 0; i < size; i++) order.forEach((from, k) => (vectors[i * size + k] = rows[i]![from]!))
  return { values: Float64Array.from(order, (k) => spectrum[k]!), vectors }
}
