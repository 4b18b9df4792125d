import type { Matrix } from '../transferability/matrix.ts'

/** What makes features of mean 0 and deviation 1: (value - mean) * factor. */
export interface Standardisation {
  readonly mean: Float64Array
  /** 0 for constant features. */
  readonly factor: Float64Array
}

/** Mean and deviation of every feature, from blocks of rows that are added one after the other: in two passes where the deviation is to be
 *  exact for features far from 0. As scikit-learn's StandardScaler, but that what varies by less than single precision can hold is constant. */
export function standardisation(features: Matrix): Standardisation {
  const { rows, columns, values } = features
  const mean = columnMeans([values], rows, columns)
  const squares = new Float64Array(columns)
  addSquares(squares, values, mean)
  return standardisationOf(mean, squares, rows)
}

/** Mean of each column over blocks of whole rows. */
export function columnMeans(
  blocks: Iterable<Float32Array | Float64Array>,
  rows: number,
  columns: number,
): Float64Array {
  const mean = new Float64Array(columns)
  for (const values of blocks) addColumns(mean, values)
  return mean.map((sum) => sum / rows)
}

/** Adds the rows of a block to column sums. */
export function addColumns(sums: Float64Array, values: Float32Array | Float64Array): void {
  for (let at = 0; at < values.length; at += sums.length)
    for (let j = 0; j < sums.length; j++) sums[j]! += values[at + j]!
}

/** Adds the squared distances of a block's rows from the mean. */
export function addSquares(squares: Float64Array, values: Float32Array | Float64Array, mean: Float64Array): void {
  for (let at = 0; at < values.length; at += squares.length)
    for (let j = 0; j < squares.length; j++) squares[j]! += (values[at + j]! - mean[j]!) ** 2
}

/** @param squares sum of squared distances from the mean, per column */
export function standardisationOf(mean: Float64Array, squares: Float64Array, rows: number): Standardisation {
  const factor = squares.map((sum, j) => {
    const variance = sum / rows
    return variance > (1e-6 * mean[j]!) ** 2 && variance > 1e-30 ? 1 / Math.sqrt(variance) : 0
  })
  return { mean, factor }
}

/** (rows * columns) numbers of mean 0 and deviation 1. */
export function standardise(values: Float32Array | Float64Array, { mean, factor }: Standardisation): Float32Array {
  const columns = mean.length
  const result = new Float32Array(values.length)
  for (let at = 0; at < values.length; at += columns)
    for (let j = 0; j < columns; j++) result[at + j] = (values[at + j]! - mean[j]!) * factor[j]!
  return result
}

/** Kernel (D, K) and bias (K) of a dense layer on plain features that gives what these parameters give on standardised ones.
 *  @param parameters of standardised features: (D * K) row by row, then the biases */
export function foldIn(
  parameters: Float64Array,
  { mean, factor }: Standardisation,
  outputs: number,
): { kernel: Float32Array; bias: Float32Array } {
  const columns = mean.length
  const kernel = new Float32Array(columns * outputs)
  const bias = Float64Array.from(parameters.subarray(columns * outputs))
  for (let j = 0; j < columns; j++)
    for (let k = 0; k < outputs; k++) {
      const weight = parameters[j * outputs + k]! * factor[j]!
      kernel[j * outputs + k] = weight
      bias[k]! -= mean[j]! * weight
    }
  return { kernel, bias: Float32Array.from(bias) }
}
