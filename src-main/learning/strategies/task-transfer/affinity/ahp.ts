/** Analytic hierarchy process: pairwise win shares to one share per competitor. wins are clipped to [0.001, 0.999], divided by their
 *  transpose element by element (entry i, j: how many times better i is than j), and the principal eigenvector of that, with sum 1, is
 *  the answer. Paper: Zamir et al., Taskonomy, CVPR 2018, arXiv 1804.08328, section 3.3; Saaty, Mathematical Modelling 1987.
 *  @param wins [i][j] share of items on which i beats j, ties counting one half, diagonal 0.5
 *  @returns one share per competitor, the best the largest */
export function ahpShares(wins: readonly (readonly number[])[]): number[] {
  return principalEigenvector(ratioMatrix(wins))
}

const LOWEST = 0.001

/** W' / W'^T, a positive reciprocal matrix. */
export function ratioMatrix(wins: readonly (readonly number[])[]): number[][] {
  const clipped = wins.map((row) => row.map((share) => Math.min(1 - LOWEST, Math.max(LOWEST, share))))
  return clipped.map((row, i) => row.map((share, j) => share / clipped[j]![i]!))
}

const ITERATIONS = 10_000
const TOLERANCE = 1e-14

/** Power iteration. A positive matrix has one eigenvector of positive entries, to the largest eigenvalue (Perron), and every positive start
 *  leads to it. */
function principalEigenvector(matrix: readonly (readonly number[])[]): number[] {
  let vector = matrix.map(() => 1 / matrix.length)
  for (let i = 0; i < ITERATIONS; i++) {
    const product = matrix.map((row) => row.reduce((sum, value, j) => sum + value * vector[j]!, 0))
    const total = product.reduce((a, b) => a + b, 0)
    const next = product.map((value) => value / total)
    const change = Math.max(...next.map((value, j) => Math.abs(value - vector[j]!)))
    vector = next
    if (change < TOLERANCE) break
  }
  return vector
}
