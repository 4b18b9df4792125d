import type { Tensor, Tensor2D, Tf } from '../runtime.ts'
import type { Matrix } from '../transferability/matrix.ts'
import { lbfgs } from './lbfgs.ts'

export interface LogisticOptions {
  readonly classes: number
  /** Inverse strength of the penalty on the weights: mean cross-entropy + |W|^2 / (2 C N). Default 1, as scikit-learn's. */
  readonly c?: number
  readonly iterations?: number
  /** Parameters to begin from, as a model has them: of another strength, or of other rows. Default 0. */
  readonly start?: Float64Array
}

/** A linear classifier on standardised features. */
export interface LogisticModel {
  /** Most probable class of each row. */
  predict(features: Matrix): Int32Array
  /** (rows, classes) */
  probabilities(features: Matrix): Float32Array
  /** Penalised mean cross-entropy that was reached. */
  readonly loss: number
  /** Of standardised features: (D * classes) row by row, then the biases. */
  readonly parameters: Float64Array
}

/** Multinomial logistic regression by L-BFGS from zero weights: convex, so that nothing depends on a seed. Features are standardised with
 *  the mean and deviation of these very rows (constant ones become 0), the bias is not penalised: scikit-learn's StandardScaler and
 *  LogisticRegression. Single precision.
 *  @param features (N, D)
 *  @param labels N class indices below `classes` */
export function fitLogistic(
  tf: Tf,
  features: Matrix,
  labels: ArrayLike<number>,
  options: LogisticOptions,
): LogisticModel {
  const { classes, c = 1, iterations = 100, start = new Float64Array((features.columns + 1) * classes) } = options
  const { rows: n, columns: d } = features
  const scale = standardisation(features)
  const x = tf.tensor2d(standardise(features, scale), [n, d])
  const y = tf.tidy(() => tf.oneHot(tf.tensor1d(Int32Array.from(labels), 'int32'), classes).toFloat() as Tensor2D)
  const split = (parameters: Float64Array) => ({
    w: tf.tensor2d(Float32Array.from(parameters.subarray(0, d * classes)), [d, classes]),
    b: tf.tensor1d(Float32Array.from(parameters.subarray(d * classes))),
  })
  const objective = (parameters: Float64Array) => {
    const [loss, gradW, gradB] = tf.tidy(() => {
      const { w, b } = split(parameters)
      const logProbabilities = tf.logSoftmax(tf.add(tf.matMul(x, w), b))
      const error = tf.div(tf.sub(tf.exp(logProbabilities), y), n) as Tensor2D
      const crossEntropy = tf.neg(tf.div(tf.sum(tf.mul(y, logProbabilities)), n))
      return [crossEntropy, tf.matMul(x, error, true), tf.sum(error, 0)]
    })
    let value = loss!.dataSync()[0]!
    const gradient = new Float64Array(parameters.length)
    gradient.set(gradW!.dataSync())
    gradient.set(gradB!.dataSync(), d * classes)
    tf.dispose([loss!, gradW!, gradB!])
    for (let i = 0; i < d * classes; i++) {
      value += parameters[i]! ** 2 / (2 * c * n)
      gradient[i]! += parameters[i]! / (c * n)
    }
    return { value, gradient }
  }
  try {
    const found = lbfgs(objective, start, { iterations })
    const scores = (rows: Matrix): Tensor2D => scoresOf(tf, rows, scale, found.x, classes)
    return {
      predict: (rows) => Int32Array.from(read(tf, () => tf.argMax(scores(rows), 1))),
      probabilities: (rows) => Float32Array.from(read(tf, () => tf.softmax(scores(rows)))),
      loss: found.value,
      parameters: found.x,
    }
  } finally {
    tf.dispose([x, y])
  }
}

interface Standardisation {
  readonly mean: Float64Array
  /** 0 for constant features. */
  readonly factor: Float64Array
}

function standardisation({ rows, columns, values }: Matrix): Standardisation {
  const mean = new Float64Array(columns)
  const squares = new Float64Array(columns)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) mean[j]! += values[i * columns + j]! / rows
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) squares[j]! += (values[i * columns + j]! - mean[j]!) ** 2 / rows
  // What varies by less than single precision can hold is constant.
  const factor = squares.map((variance, j) =>
    variance > (1e-6 * mean[j]!) ** 2 && variance > 1e-30 ? 1 / Math.sqrt(variance) : 0,
  )
  return { mean, factor }
}

function standardise({ columns, values }: Matrix, { mean, factor }: Standardisation): Float32Array {
  return Float32Array.from(values, (value, at) => (value - mean[at % columns]!) * factor[at % columns]!)
}

function scoresOf(tf: Tf, rows: Matrix, scale: Standardisation, parameters: Float64Array, classes: number): Tensor2D {
  const { rows: n, columns: d } = rows
  const x = tf.tensor2d(standardise(rows, scale), [n, d])
  const w = tf.tensor2d(Float32Array.from(parameters.subarray(0, d * classes)), [d, classes])
  return tf.add(tf.matMul(x, w), tf.tensor1d(Float32Array.from(parameters.subarray(d * classes))))
}

function read(tf: Tf, make: () => Tensor): ArrayLike<number> {
  const result = tf.tidy(make)
  try {
    return result.dataSync()
  } finally {
    result.dispose()
  }
}
