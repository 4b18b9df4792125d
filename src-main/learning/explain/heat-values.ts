/** A map of heat over a network's input: `rows` x `columns` cells of equal size, row by row. */
export interface HeatValues {
  readonly rows: number
  readonly columns: number
  readonly values: Float32Array
}
