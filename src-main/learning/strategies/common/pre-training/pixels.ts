/** Pixels of an exhibit: bytes in base64. */
export function pixelsOf(values: Uint8Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.length).toString('base64')
}

/** Numbers in [0, 1] as grey or colour values. */
export function unitPixels(values: ArrayLike<number>): string {
  return pixelsOf(Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, Math.max(0, value)))))
}

/** Weights as grey values: zero is the middle, the largest magnitude black or white. */
export function weightPixels(weights: ArrayLike<number>): string {
  const largest = Array.from(weights).reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1
  return unitPixels(Array.from(weights, (value) => 0.5 + value / largest / 2))
}

/** Column `unit` of W (V, H): the weights of one hidden unit. */
export function columnOf(W: Float32Array, hidden: number, unit: number): Float32Array {
  return Float32Array.from({ length: W.length / hidden }, (_, i) => W[i * hidden + unit]!)
}
