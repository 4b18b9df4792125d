import { seededRandom, shuffle } from '../../base/seeded-random.ts'

/** softmax(z / T) of one row, in double precision, added to `into` from `at` on. */
function addSoftened(logits: Float32Array, at: number, classes: number, temperature: number, into: Float64Array): void {
  let largest = -Infinity
  for (let c = 0; c < classes; c++) largest = Math.max(largest, logits[at + c]!)
  let sum = 0
  for (let c = 0; c < classes; c++) sum += Math.exp((logits[at + c]! - largest) / temperature)
  for (let c = 0; c < classes; c++) into[c]! += Math.exp((logits[at + c]! - largest) / temperature) / sum
}

/** Soft targets of one or several teachers: the mean of softmax(z_t / T) over teachers t.
 *  Paper: Hinton, Vinyals, Dean, 2015, arXiv 1503.02531, section 2, with the arithmetic mean of an ensemble's predictive
 *  distributions. Shapes: each of `logits` (N * C), result (N * C); rows add up to 1. */
export function softTargets(logits: readonly Float32Array[], classes: number, temperature: number): Float32Array {
  const length = logits[0]!.length
  const result = new Float32Array(length)
  const row = new Float64Array(classes)
  for (let at = 0; at < length; at += classes) {
    row.fill(0)
    for (const each of logits) addSoftened(each, at, classes, temperature, row)
    for (let c = 0; c < classes; c++) result[at + c] = row[c]! / logits.length
  }
  return result
}

/** Place of the largest of `classes` values from `at` on; the first of equals. */
export function argmaxAt(values: ArrayLike<number>, at: number, classes: number): number {
  let best = 0
  for (let c = 1; c < classes; c++) if (values[at + c]! > values[at + best]!) best = c
  return best
}

/** Dark knowledge with permuted predictions (DKPP): the probabilities of all classes but the most probable one change places at
 *  random, which keeps how sure the teacher is and takes away which classes it finds alike.
 *  Paper: Furlanello et al., ICML 2018, arXiv 1805.04770, section 3.2. One permutation per sample, from the seed and the sample's place;
 *  the paper does not say whether it is drawn once or at each visit. Shapes: probabilities (N * C), result (N * C). */
export function permuteDarkKnowledge(probabilities: Float32Array, classes: number, seed: number): Float32Array {
  const result = probabilities.slice()
  for (let row = 0; row * classes < probabilities.length; row++) {
    const at = row * classes
    const top = argmaxAt(probabilities, at, classes)
    const others = Array.from({ length: classes }, (_, c) => c).filter((c) => c !== top)
    const from = shuffle([...others], seededRandom(seed, `permutation ${row}`))
    others.forEach((c, i) => (result[at + c] = probabilities[at + from[i]!]!))
  }
  return result
}

/** Whether these outputs are probabilities rather than logits: every row within 0..1 and adding up to 1. Logits of a trained network
 *  practically never do. */
export function areProbabilities(outputs: Float32Array, classes: number): boolean {
  if (outputs.length === 0 || classes < 2) return false
  for (let at = 0; at < outputs.length; at += classes) {
    let sum = 0
    for (let c = 0; c < classes; c++) {
      const value = outputs[at + c]!
      if (value < 0 || value > 1) return false
      sum += value
    }
    if (Math.abs(sum - 1) > 1e-3) return false
  }
  return true
}
