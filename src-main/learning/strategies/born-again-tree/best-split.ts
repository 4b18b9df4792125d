/** Rows to grow from: `x` (n * width), a class per row. */
export interface LabelledRows {
  readonly width: number
  readonly x: Float32Array
  readonly y: Int32Array
}

export interface Split {
  readonly feature: number
  readonly threshold: number
  /** Falls of gini, per row of the node: i(t) - p_L i(t_L) - p_R i(t_R). */
  readonly decrease: number
}

/** Rows that one sort can hold: their number shares a 64-bit float's 53 bits with a 32-bit key. */
export const MAX_ROWS = 2 ** 21

/** The best test `x[feature] <= threshold` of some rows: over every coordinate and every midpoint between two neighbouring values the one
 *  after which Gini's impurity is lowest, with at least `minLeaf` rows on either side. Null: no test lowers it. Among equals
 *  the first coordinate and the lowest threshold win. Breiman et al., CART, 1984, section 2.4. O(width * n log n). */
export function bestSplit(data: LabelledRows, rows: Int32Array, classes: number, minLeaf: number): Split | null {
  const scratch = new Float64Array(rows.length)
  const total = new Float64Array(classes)
  for (const row of rows) total[data.y[row]!]! += 1
  const impurity = 1 - sumSquares(total) / rows.length ** 2
  if (impurity <= 0) return null
  let best: Split | null = null
  for (let feature = 0; feature < data.width; feature++) {
    const found = splitOf(data, rows, feature, { total, minLeaf, scratch })
    if (found === null) continue
    const decrease = impurity - (1 - found.purity / rows.length)
    if (decrease > MIN_DECREASE && (best === null || decrease > best.decrease + MIN_DECREASE)) {
      best = { feature, threshold: found.threshold, decrease }
    }
  }
  return best
}

/** Smaller falls are rounding. */
const MIN_DECREASE = 1e-12

interface Scan {
  readonly total: Float64Array
  readonly minLeaf: number
  readonly scratch: Float64Array
}

/** With S = sum over classes of n_c^2 on each side, the weighted impurity after a split is 1 - (S_L / n_L + S_R / n_R) / n; the
 *  highest bracket wins. Both sums change by one term as a row moves from right to left. */
function splitOf(data: LabelledRows, rows: Int32Array, feature: number, { total, minLeaf, scratch }: Scan) {
  const { x, y, width } = data
  const n = rows.length
  for (let i = 0; i < n; i++) scratch[i] = sortKey(x[rows[i]! * width + feature]!) * MAX_ROWS + i
  scratch.sort()
  const left = new Float64Array(total.length)
  const right = Float64Array.from(total)
  let leftSquares = 0
  let rightSquares = sumSquares(total)
  let best: { purity: number; threshold: number } | null = null
  let value = valueAt(data, rows, scratch[0]!, feature)
  for (let i = 0; i + 1 < n; i++) {
    const c = y[rows[scratch[i]! % MAX_ROWS]!]!
    leftSquares += 2 * left[c]! + 1
    rightSquares -= 2 * right[c]! - 1
    left[c]! += 1
    right[c]! -= 1
    const next = valueAt(data, rows, scratch[i + 1]!, feature)
    const [a, b] = [value, next]
    value = next
    if (a === b || i + 1 < minLeaf || n - i - 1 < minLeaf) continue
    const purity = leftSquares / (i + 1) + rightSquares / (n - i - 1)
    if (best === null || purity > best.purity + MIN_DECREASE * n) best = { purity, threshold: between(a, b) }
  }
  return best
}

function valueAt({ x, width }: LabelledRows, rows: Int32Array, key: number, feature: number): number {
  return x[rows[key % MAX_ROWS]! * width + feature]!
}

/** The midpoint as a 32-bit number t with a <= t < b. */
function between(a: number, b: number): number {
  const middle = Math.fround(a / 2 + b / 2)
  return middle >= b ? a : middle
}

const float = new Float32Array(1)
const bits = new Uint32Array(float.buffer)

/** A whole number that orders as the 32-bit float does: sign bit turned for positive numbers, all bits for negative ones. */
function sortKey(value: number): number {
  float[0] = value === 0 ? 0 : value
  const word = bits[0]!
  return word >= 0x80000000 ? ~word >>> 0 : (word | 0x80000000) >>> 0
}

function sumSquares(counts: Float64Array): number {
  let sum = 0
  for (const count of counts) sum += count * count
  return sum
}
