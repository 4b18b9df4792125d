import type { Tensor, Tensor2D, Tf } from '../runtime.ts'
import type { Matrix } from '../transferability/matrix.ts'
import { lbfgs } from './lbfgs.ts'
import { addBlockLoss, penalised } from './linear-loss.ts'
import { type Standardisation, standardisation, standardise } from './standard-rows.ts'

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
  const { rows: n, columns: d } = features
  const { classes, c = 1, iterations = 100, start = new Float64Array((d + 1) * classes) } = options
  const scale = standardisation(features)
  const x = tf.tensor2d(standardise(features.values, scale), [n, d])
  const targets = tf.tidy(() => tf.oneHot(tf.tensor1d(Int32Array.from(labels), 'int32'), classes).toFloat() as Tensor2D)
  const objective = (parameters: Float64Array) => {
    const sum = { value: 0, gradient: new Float64Array(parameters.length) }
    addBlockLoss(tf, { x, targets, weights: null }, parameters, 'softmax', sum)
    return penalised(sum, parameters, { loss: 'softmax', c, samples: n, weight: n, outputs: classes })
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
    tf.dispose([x, targets])
  }
}

function scoresOf(tf: Tf, rows: Matrix, scale: Standardisation, parameters: Float64Array, classes: number): Tensor2D {
  const { rows: n, columns: d } = rows
  const x = tf.tensor2d(standardise(rows.values, scale), [n, d])
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
