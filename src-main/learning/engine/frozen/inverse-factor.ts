/** Of the mean variance, what is added to each: inputs that never move would leave the matrix without an inverse. */
const DAMPING = 0.01
/** Rows and columns of a tile: its sums stay in registers. */
const TILE = 4

/** The upper factor u of the inverse of a covariance matrix a, (size, size), u^T u = a^-1; null: nothing moves. With its order turned round a is l l^T, and
 *  u is l^-1 turned back. Goes by tiles, filled up with rows of the unit matrix: one number after the other took six times as long. Pauses every few
 *  milliseconds. `covariance` is used up: the factor of a large matrix is written where it was. */
export function* inverseFactor(covariance: Float64Array, size: number): Generator<void, Float64Array | null> {
  let trace = 0
  for (let i = 0; i < size; i++) trace += covariance[i * size + i]!
  if (!(trace > 0)) return null
  const side = Math.ceil(size / TILE) * TILE
  // The lower half of the matrix in turned order is its upper half from the end on.
  const l = inTiles(covariance.reverse(), size, side)
  for (let i = 0; i < size; i++) l[i * side + i]! += (DAMPING * trace) / size
  if (!(yield* factorise(l, side))) return null
  const inverse = yield* inverseOfLower(l, side)
  const factor = covariance.fill(0)
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) factor[i * size + j] = inverse[(size - 1 - j) * side + size - 1 - i]!
  }
  return factor
}

function inTiles(matrix: Float64Array, size: number, side: number): Float64Array {
  if (size === side) return matrix
  const filled = new Float64Array(side * side)
  for (let i = 0; i < size; i++) filled.set(matrix.subarray(i * size, (i + 1) * size), i * side)
  for (let i = size; i < side; i++) filled[i * side + i] = 1
  return filled
}

/** a, of which the lower half counts, becomes l, a = l l^T (Cholesky); false: a is not positive. */
function* factorise(a: Float64Array, side: number): Generator<void, boolean> {
  const sums = new Float64Array(TILE * TILE)
  for (let left = 0; left < side; left += TILE) {
    yield
    for (let top = left; top < side; top += TILE) {
      productsOfRows(sums, { a, from: top * side }, { a, from: left * side }, left, side)
      for (let at = 0; at < TILE * TILE; at++) a[(top + (at >> 2)) * side + left + (at & 3)]! -= sums[at]!
    }
    for (let j = left; j < left + TILE; j++) {
      for (let i = j; i < side; i++) {
        let value = a[i * side + j]!
        for (let k = left; k < j; k++) value -= a[i * side + k]! * a[j * side + k]!
        if (i > j) a[i * side + j] = value / a[j * side + j]!
        else if (value > 0) a[i * side + j] = Math.sqrt(value)
        else return false
      }
    }
  }
  return true
}

/** Its transpose lies above the diagonal. */
function* inverseOfLower(l: Float64Array, side: number): Generator<void, Float64Array> {
  const inverse = new Float64Array(side * side)
  const sums = new Float64Array(TILE * TILE)
  for (let top = 0; top < side; top += TILE) {
    yield
    for (let left = 0; left <= top; left += TILE) {
      const start = { a: l, from: top * side + left }
      productsOfRows(sums, start, { a: inverse, from: left * side + left }, top - left, side)
      for (let i = 0; i < TILE; i++) {
        const row = (top + i) * side
        for (let j = 0; j < TILE; j++) {
          const column = (left + j) * side
          let value = Number(top + i === left + j) - sums[i * TILE + j]!
          for (let k = 0; k < i; k++) value -= l[row + top + k]! * inverse[column + top + k]!
          inverse[column + top + i] = value / l[row + top + i]!
        }
      }
    }
  }
  return inverse
}

interface Rows {
  readonly a: Float64Array
  readonly from: number
}

/** Of four rows with four rows, over `count` numbers of each: (4, 4). */
function productsOfRows(to: Float64Array, first: Rows, second: Rows, count: number, side: number): void {
  for (let i = 0; i < TILE; i += 2) {
    productsOfPair(to, i * TILE, { a: first.a, from: first.from + i * side }, second, count, side)
  }
}

/** Of two rows with four: eight sums at a time. */
function productsOfPair(
  to: Float64Array,
  at: number,
  { a, from }: Rows,
  { a: b, from: start }: Rows,
  count: number,
  side: number,
): void {
  let [a0, a1, a2, a3, b0, b1, b2, b3] = [0, 0, 0, 0, 0, 0, 0, 0]
  for (let k = 0; k < count; k++) {
    const x = a[from + k]!
    const y = a[from + side + k]!
    const p = b[start + k]!
    const q = b[start + side + k]!
    const r = b[start + 2 * side + k]!
    const s = b[start + 3 * side + k]!
    a0 += x * p
    a1 += x * q
    a2 += x * r
    a3 += x * s
    b0 += y * p
    b1 += y * q
    b2 += y * r
    b3 += y * s
  }
  to[at] = a0
  to[at + 1] = a1
  to[at + 2] = a2
  to[at + 3] = a3
  to[at + 4] = b0
  to[at + 5] = b1
  to[at + 6] = b2
  to[at + 7] = b3
}
