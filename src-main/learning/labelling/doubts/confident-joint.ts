const EQUAL = 1e-6

/** (K, K), given class by class that is meant: how many labels, counted where the model is confident (Northcutt et al. 2021, equation 1; a
 *  class counts where its probability reaches the mean self-confidence of its labels, equation 2) and scaled so that each row sums to
 *  the labels of its class (equation 3). At least one label of each class counts as right. Whole numbers.
 *  @param probabilities (N, K), out of sample
 *  @param labels N class indices */
export function confidentJoint(probabilities: Float32Array, labels: ArrayLike<number>, classes: number): Int32Array {
  const counts = new Float64Array(classes)
  for (let i = 0; i < labels.length; i++) counts[labels[i]!]!++
  const joint = countConfident(probabilities, labels, thresholdsOf(probabilities, labels, counts))
  const result = new Int32Array(classes * classes)
  for (let given = 0; given < classes; given++) {
    const row = joint.subarray(given * classes, (given + 1) * classes)
    const sum = row.reduce((a, b) => a + b, 0)
    result.set(keepOne(roundToSum(row.map((value) => (value / sum) * counts[given]!)), given), given * classes)
  }
  return result
}

/** Mean self-confidence of each class; none of its labels, none is ever confident. */
function thresholdsOf(probabilities: Float32Array, labels: ArrayLike<number>, counts: Float64Array): Float64Array {
  const classes = counts.length
  const sums = new Float64Array(classes)
  for (let i = 0; i < labels.length; i++) sums[labels[i]!]! += probabilities[i * classes + labels[i]!]!
  return sums.map((sum, k) => (counts[k]! > 0 ? Math.max(2 * EQUAL, sum / counts[k]!) : 2))
}

function countConfident(
  probabilities: Float32Array,
  labels: ArrayLike<number>,
  thresholds: Float64Array,
): Float64Array {
  const classes = thresholds.length
  const joint = new Float64Array(classes * classes)
  for (let i = 0; i < labels.length; i++) {
    let meant = -1
    for (let k = 0; k < classes; k++) {
      const probability = probabilities[i * classes + k]!
      if (probability < thresholds[k]! - EQUAL) continue
      if (meant < 0 || probability > probabilities[i * classes + meant]!) meant = k
    }
    if (meant >= 0) joint[labels[i]! * classes + meant]!++
  }
  for (let k = 0; k < classes; k++) joint[k * classes + k] = Math.max(1, joint[k * classes + k]!)
  return joint
}

/** Rounded to whole numbers of the same sum: what is missing goes to the largest remainders, what is too much is taken from the smallest. */
function roundToSum(values: Float64Array): Int32Array {
  // Halves to even, as numpy does.
  const whole = Int32Array.from(values, (value) => (value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value)))
  const sum = Math.round(values.reduce((a, b) => a + b, 0))
  for (;;) {
    const missing = sum - whole.reduce((a, b) => a + b, 0)
    if (missing === 0) return whole
    const step = Math.sign(missing)
    // Equal remainders in the order of their classes; numpy's sort, which cleanlab uses, leaves that open.
    const remainder = (at: number): number => step * (values[at]! - whole[at]!)
    const order = [...whole.keys()].sort((a, b) => remainder(b) - remainder(a) || a - b)
    for (const at of order.slice(0, Math.abs(missing))) whole[at]! += step
  }
}

/** One label of each class is right at least: what that takes is taken from the others evenly. */
function keepOne(row: Int32Array, given: number): Int32Array {
  if (row[given]! >= 1 || row.every((value) => value === 0)) return row
  const others = Math.max(1, row.filter((value) => value !== 0).length - 1)
  const less = Float64Array.from(row, (value) => Math.max(0, value - (1 - row[given]!) / others))
  less[given] = 1
  return roundToSum(less)
}
