/** Softmax of one row's logits at a temperature, into `out`. */
export function softmaxRow(logits: ArrayLike<number>, offset: number, out: Float64Array, temperature = 1): void {
  let max = -Infinity
  for (let c = 0; c < out.length; c++) max = Math.max(max, logits[offset + c]! / temperature)
  let sum = 0
  for (let c = 0; c < out.length; c++) {
    out[c] = Math.exp(logits[offset + c]! / temperature - max)
    sum += out[c]!
  }
  for (let c = 0; c < out.length; c++) out[c]! /= sum
}

/** Softmax of some numbers, as new ones. */
export function softmax(logits: ArrayLike<number>): Float64Array {
  const out = new Float64Array(logits.length)
  softmaxRow(logits, 0, out)
  return out
}
