/** Row by row. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  /** (rows * columns) */
  readonly values: Float64Array | Float32Array
}

/** F minus its column means. */
export function centred(matrix: Matrix): Matrix {
  const { rows, columns, values } = matrix
  const means = new Float64Array(columns)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) means[j]! += values[i * columns + j]! / rows
  const result = Float64Array.from(values, (value, at) => value - means[at % columns]!)
  return { rows, columns, values: result }
}

/** The lower triangle (diagonal included, the rest 0) of F F^T (rows x rows), or of F^T F (columns x columns): whichever is smaller. */
export function smallerGram({ rows, columns, values }: Matrix): { size: number; gram: Float64Array } {
  if (rows <= columns) return { size: rows, gram: lowerProducts(values, rows, columns) }
  const turned = new Float64Array(values.length)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) turned[j * rows + i] = values[i * columns + j]!
  return { size: columns, gram: lowerProducts(turned, columns, rows) }
}

/** Products of all pairs of rows, in tiles that stay in the processor's caches. */
function lowerProducts(values: Float64Array | Float32Array, rows: number, columns: number): Float64Array {
  const gram = new Float64Array(rows * rows)
  for (let from = 0; from < columns; from += TILE) {
    const to = Math.min(from + TILE, columns)
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0
        for (let k = from, a = i * columns + from, b = j * columns + from; k < to; k++)
          sum += values[a++]! * values[b++]!
        gram[i * rows + j]! += sum
      }
    }
  }
  return gram
}

const TILE = 256

/** F^T y (columns). */
export function transposedTimes({ rows, columns, values }: Matrix, y: Float64Array): Float64Array {
  const result = new Float64Array(columns)
  for (let i = 0; i < rows; i++) {
    const factor = y[i]!
    if (factor === 0) continue
    for (let j = 0; j < columns; j++) result[j]! += factor * values[i * columns + j]!
  }
  return result
}
