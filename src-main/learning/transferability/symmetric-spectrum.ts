/** Eigenvalues of a symmetric matrix, and given vectors in the coordinates of its eigenvectors: A = Q diag(values) Q^T, projected = Q^T y.
 *  Householder reduction to tridiagonal form, then QL with implicit shifts (Golub, Van Loan, Matrix Computations, 8.3; Martin,
 *  Reinsch, Wilkinson, Numerische Mathematik 1968). The reflections and rotations are applied to the vectors at once, so that Q is never
 *  formed: 4/3 n^3 operations for the values and n^2 for each vector.
 *  @param lower (n * n), lower triangle; destroyed
 *  @param vectors of n numbers each; become their projections */
export function symmetricSpectrum(lower: Float64Array, n: number, vectors: readonly Float64Array[]): Float64Array {
  const diagonal = new Float64Array(n)
  const side = new Float64Array(n)
  // Far below rounding. Dead features leave entries whose squares are 0, and quotients of them that are not finite.
  const negligible = Number.EPSILON ** 2 * largestOf(lower)
  tridiagonalise(lower, n, vectors, { diagonal, side, negligible })
  if (![diagonal, side].every((values) => values.every(Number.isFinite)))
    throw new Error('a matrix holds numbers that are not finite')
  qlImplicit(diagonal, side, vectors, negligible)
  return diagonal
}

/** From the last row upwards: row i is reflected so that only its entry next to the diagonal remains. */
function tridiagonalise(
  a: Float64Array,
  n: number,
  vectors: readonly Float64Array[],
  { diagonal, side, negligible }: { diagonal: Float64Array; side: Float64Array; negligible: number },
): void {
  const v = new Float64Array(n)
  const p = new Float64Array(n)
  for (let i = n - 1; i > 0; i--) {
    diagonal[i] = a[i * n + i]!
    const row = a.subarray(i * n, i * n + i)
    const norm = norm2(row)
    const last = row[i - 1]!
    const rest = norm2(row.subarray(0, i - 1))
    if (rest <= negligible) {
      side[i - 1] = last
      continue
    }
    const alpha = last > 0 ? -norm : norm
    side[i - 1] = alpha
    v.set(row)
    v[i - 1]! -= alpha
    const beta = 2 / sumOfSquares(v, i)
    reflect(a, n, i, { v, p, beta })
    for (const vector of vectors) reflectVector(vector, v, i, beta)
  }
  diagonal[0] = a[0]!
}

/** A <- H A H of the leading `size` rows and columns, H = I - beta v v^T. */
function reflect(
  a: Float64Array,
  n: number,
  size: number,
  { v, p, beta }: { v: Float64Array; p: Float64Array; beta: number },
): void {
  p.fill(0, 0, size)
  for (let i = 0; i < size; i++) {
    const vi = v[i]!
    let sum = a[i * n + i]! * vi
    for (let j = 0, at = i * n; j < i; j++, at++) {
      const value = a[at]!
      sum += value * v[j]!
      p[j]! += value * vi
    }
    p[i]! += sum
  }
  let along = 0
  for (let i = 0; i < size; i++) along += v[i]! * (p[i]! *= beta)
  const half = (beta / 2) * along
  for (let i = 0; i < size; i++) p[i]! -= half * v[i]!
  for (let i = 0; i < size; i++) {
    const vi = v[i]!
    const pi = p[i]!
    for (let j = 0, at = i * n; j <= i; j++, at++) a[at]! -= vi * p[j]! + pi * v[j]!
  }
}

function reflectVector(y: Float64Array, v: Float64Array, size: number, beta: number): void {
  let along = 0
  for (let i = 0; i < size; i++) along += v[i]! * y[i]!
  const factor = beta * along
  for (let i = 0; i < size; i++) y[i]! -= factor * v[i]!
}

/** Sweeps allowed per eigenvalue; two to three are usual. */
const SWEEPS = 60

/** Eigenvalues of the tridiagonal matrix, in place of its diagonal. */
function qlImplicit(d: Float64Array, e: Float64Array, vectors: readonly Float64Array[], negligible: number): void {
  const n = d.length
  for (let l = 0; l < n; l++) {
    for (let sweep = 0; ; sweep++) {
      const m = firstSmall(d, e, l, negligible)
      if (m === l) break
      if (sweep === SWEEPS) throw new Error('the eigenvalues of a matrix did not converge')
      sweepUp(d, e, vectors, l, m)
    }
  }
}

/** The first row from l on whose entry beside the diagonal is negligible. */
function firstSmall(d: Float64Array, e: Float64Array, l: number, negligible: number): number {
  const isSmall = (m: number) =>
    Math.abs(e[m]!) <= Math.max(negligible, Number.EPSILON * (Math.abs(d[m]!) + Math.abs(d[m + 1]!)))
  let m = l
  while (m < d.length - 1 && !isSmall(m)) m++
  return m
}

function largestOf(values: Float64Array): number {
  let largest = 0
  for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value)
  return largest
}

function sweepUp(d: Float64Array, e: Float64Array, vectors: readonly Float64Array[], l: number, m: number): void {
  let g = (d[l + 1]! - d[l]!) / (2 * e[l]!)
  const root = Math.hypot(g, 1)
  g = d[m]! - d[l]! + e[l]! / (g + (g < 0 ? -root : root))
  let s = 1
  let c = 1
  let p = 0
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!
    const b = c * e[i]!
    const r = Math.hypot(f, g)
    e[i + 1] = r
    if (r === 0) {
      d[i + 1]! -= p
      e[m] = 0
      return
    }
    s = f / r
    c = g / r
    g = d[i + 1]! - p
    const t = (d[i]! - g) * s + 2 * c * b
    p = s * t
    d[i + 1] = g + p
    g = c * t - b
    for (const y of vectors) {
      const above = y[i + 1]!
      y[i + 1] = s * y[i]! + c * above
      y[i] = c * y[i]! - s * above
    }
  }
  d[l]! -= p
  e[l] = g
  e[m] = 0
}

function sumOfSquares(values: Float64Array, count: number): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += values[i]! ** 2
  return sum
}

/** Scaled, so that neither large nor tiny entries are lost. */
function norm2(values: Float64Array): number {
  let largest = 0
  for (const value of values) largest = Math.max(largest, Math.abs(value))
  if (largest === 0) return 0
  let sum = 0
  for (const value of values) sum += (value / largest) ** 2
  return largest * Math.sqrt(sum)
}
