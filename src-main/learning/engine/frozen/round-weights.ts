/** Of the mean variance, what is added to each: inputs that never move would leave the matrix without an inverse. */
const DAMPING = 0.01

/** The upper factor u of the inverse of a covariance matrix a, (size, size), u^T u = a^-1; null: nothing moves. With its order turned round a is l l^T, and
 *  u is l^-1 turned back. */
export function inverseFactor(covariance: Float64Array, size: number): Float64Array | null {
  let trace = 0
  for (let i = 0; i < size; i++) trace += covariance[i * size + i]!
  if (!(trace > 0)) return null
  const turned = covariance.slice().reverse()
  for (let i = 0; i < size; i++) turned[i * size + i]! += (DAMPING * trace) / size
  const lower = cholesky(turned, size)
  return lower === null ? null : inverseOfLower(lower, size).reverse()
}

/** a = l l^T; null: a is not positive. */
function cholesky(a: Float64Array, size: number): Float64Array | null {
  const l = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * size + j]!
      for (let k = 0; k < j; k++) sum -= l[i * size + k]! * l[j * size + k]!
      if (i !== j) l[i * size + j] = sum / l[j * size + j]!
      else if (sum > 0) l[i * size + i] = Math.sqrt(sum)
      else return null
    }
  }
  return l
}

function inverseOfLower(l: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    const row = i * size
    for (let k = 0; k < i; k++) {
      const factor = l[row + k]!
      for (let j = 0; j <= k; j++) inverse[row + j]! -= factor * inverse[k * size + j]!
    }
    inverse[row + i] = 1
    for (let j = 0; j <= i; j++) inverse[row + j]! /= l[row + i]!
  }
  return inverse
}

/** Weights of one output to whole numbers of `step`, one after the other: what each is off by goes to those that are not rounded yet as its input goes
 *  together with theirs. Paper: Frantar et al. 2023, arXiv 2210.17323 (GPTQ), algorithm 1, in the order that weights stand in. */
export function roundWeights(weights: Float64Array, step: number, most: number, factor: Float64Array): Int8Array {
  const size = weights.length
  const left = weights.slice()
  return Int8Array.from(left, (_, k) => {
    const q = Math.min(Math.max(Math.round(left[k]! / step), -most), most)
    const error = (left[k]! - q * step) / factor[k * size + k]!
    for (let j = k + 1; j < size; j++) left[j]! -= error * factor[k * size + j]!
    return q
  })
}
