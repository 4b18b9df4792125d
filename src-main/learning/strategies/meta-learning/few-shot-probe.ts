import { softmax } from '../../../base/softmax.ts'

/** Multinomial logistic regression on a handful of samples: the linear probe that meta-learning has to beat. Minimises the mean cross entropy
 *  plus decay/2 ||W||^2 by gradient descent on standardised features, from zero; deterministic.
 *  Shapes: support (S * width) class after class, query (Q * width). Returns the predicted class of each query. */
export function probeTask(
  support: Float32Array,
  query: Float32Array,
  options: { way: number; width: number; steps?: number; rate?: number; decay?: number },
): number[] {
  const { way, width, steps = 200, rate = 0.5, decay = 0.01 } = options
  const standardise = standardiser(support, width)
  const xs = rowsOf(support, width).map(standardise)
  const each = xs.length / way
  const weights = Array.from({ length: way }, () => new Float64Array(width + 1))
  for (let step = 0; step < steps; step++) {
    const gradients = weights.map((row) => row.map((value, f) => (f < width ? decay * value : 0)))
    for (const [i, x] of xs.entries()) {
      const shares = softmax(weights.map((row) => score(row, x)))
      for (let c = 0; c < way; c++) {
        const error = (shares[c]! - (Math.floor(i / each) === c ? 1 : 0)) / xs.length
        const gradient = gradients[c]!
        for (let f = 0; f < width; f++) gradient[f]! += error * x[f]!
        gradient[width]! += error
      }
    }
    weights.forEach((row, c) => row.forEach((_, f) => (row[f]! -= rate * gradients[c]![f]!)))
  }
  return rowsOf(query, width)
    .map(standardise)
    .map((x) => {
      const scores = weights.map((row) => score(row, x))
      return scores.indexOf(Math.max(...scores))
    })
}

function rowsOf(values: Float32Array, width: number): Float32Array[] {
  return Array.from({ length: values.length / width }, (_, i) => values.subarray(i * width, (i + 1) * width))
}

/** By mean and standard deviation of the support set; one overall scale keeps features that hardly vary from growing noisy. */
function standardiser(support: Float32Array, width: number): (x: Float32Array) => Float64Array {
  const rows = rowsOf(support, width)
  const mean = new Float64Array(width)
  for (const row of rows) row.forEach((value, f) => (mean[f]! += value / rows.length))
  let squares = 0
  for (const row of rows) row.forEach((value, f) => (squares += (value - mean[f]!) ** 2))
  const scale = 1 / Math.max(1e-6, Math.sqrt(squares / rows.length))
  // The whole vector has length about 1, times the root of its width so that steps are as large as for standardised features.
  const factor = scale * Math.sqrt(Math.min(width, 64))
  return (x) => Float64Array.from(x, (value, f) => (value - mean[f]!) * factor)
}

function score(row: Float64Array, x: Float64Array): number {
  let sum = row[x.length]!
  for (let f = 0; f < x.length; f++) sum += row[f]! * x[f]!
  return sum
}
