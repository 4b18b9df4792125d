/** A linear head on standardised features, and what it said of every row. */
export interface HeldHead {
  readonly classes: number
  /** Of standardised features: (D * classes) row by row, then the biases. */
  readonly parameters: Float64Array
  readonly temperature: number
  /** Per row: most probable class, its calibrated probability, and how far the second one is. */
  readonly best: Int16Array
  readonly confidence: Float32Array
  readonly margin: Float32Array
}
