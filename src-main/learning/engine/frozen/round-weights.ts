/** Outputs whose weights are rounded side by side: a line of the factor is read once for them. */
const AT_ONCE = 4

/**
 * Weights to whole numbers, those of an output one after the other: what each is off by goes to those that are not rounded yet as its input goes together
 * with theirs. Paper: Frantar et al. 2023, arXiv 2210.17323 (GPTQ), algorithm 1, in the order that weights stand in. Pauses every few
 * milliseconds.
 *
 * @param weights of all outputs: (outputs, inputs)
 * @param steps of each output, what one whole number stands for
 * @param most the largest whole number, and the smallest with the other sign
 * @param factor (inputs, inputs), `inverseFactor`; null: each weight is rounded by itself
 * @returns (outputs, inputs)
 */
export function* roundWeights(
  weights: Float64Array,
  steps: Float64Array,
  most: number,
  factor: Float64Array | null,
): Generator<void, Int8Array> {
  const inputs = weights.length / steps.length
  const rounded = new Int8Array(weights.length)
  const [left, errors] = [new Float64Array(inputs * AT_ONCE), new Float64Array(AT_ONCE)]
  for (let first = 0; first < steps.length; first += AT_ONCE) {
    yield
    const outputs = Math.min(AT_ONCE, steps.length - first)
    left.fill(0)
    for (let n = 0; n < outputs; n++) {
      for (let k = 0; k < inputs; k++) left[k * AT_ONCE + n] = weights[(first + n) * inputs + k]!
    }
    for (let k = 0; k < inputs; k++) {
      for (let n = 0; n < outputs; n++) {
        const [value, step] = [left[k * AT_ONCE + n]!, steps[first + n]!]
        const q = Math.min(Math.max(Math.round(value / step), -most), most)
        rounded[(first + n) * inputs + k] = q
        errors[n] = value - q * step
      }
      if (factor !== null) passOn(left, errors, factor, k)
    }
  }
  return rounded
}

/** What the weights of input k are off by, to those of the inputs behind it. */
function passOn(left: Float64Array, errors: Float64Array, factor: Float64Array, k: number): void {
  const inputs = left.length / AT_ONCE
  const line = k * inputs
  const own = factor[line + k]!
  const [a, b, c, d] = [errors[0]! / own, errors[1]! / own, errors[2]! / own, errors[3]! / own]
  for (let j = k + 1, at = j * AT_ONCE; j < inputs; j++, at += AT_ONCE) {
    const share = factor[line + j]!
    left[at]! -= a * share
    left[at + 1]! -= b * share
    left[at + 2]! -= c * share
    left[at + 3]! -= d * share
  }
}
