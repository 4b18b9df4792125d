import { expect, test } from 'vitest'
import { classificationLoss, regressionLoss } from '../../src-main/learning/losses/loss.ts'
import { nativeRuntime } from '../support/native-runtime.ts'

const { tf } = nativeRuntime()

function regression(weights: number[] | null): number {
  return tf.tidy(() => {
    const outputs = tf.tensor2d([[1], [-2], [0.5]])
    const weight = weights === null ? null : tf.tensor1d(weights)
    return regressionLoss(tf, outputs, tf.tensor1d([0, 0, 3.5]), weight).dataSync()[0]!
  })
}

function classification(weights: number[] | null): number {
  return tf.tidy(() => {
    // softmax: (2/3, 1/3) and (1/4, 3/4); the labels are the first and the second class.
    const outputs = tf.tensor2d([[Math.log(2), 0], [0, Math.log(3)]]) // prettier-ignore
    const weight = weights === null ? null : tf.tensor1d(weights)
    return classificationLoss(tf, outputs, tf.tensor2d([[1, 0], [0, 1]]), weight).dataSync()[0]! // prettier-ignore
  })
}

test('regression: the weighted mean of squared errors', () => {
  expect(regression(null)).toBeCloseTo((1 + 4 + 9) / 3, 6)
  expect(regression([1, 0, 1])).toBeCloseTo((1 + 9) / 2, 6)
  expect(regression([0, 0, 0])).toBe(0)
})

test('classification: the weighted mean of cross entropies, over the sum of weights', () => {
  expect(classification(null)).toBeCloseTo((Math.log(3 / 2) + Math.log(4 / 3)) / 2, 6)
  expect(classification([3, 1])).toBeCloseTo((3 * Math.log(3 / 2) + Math.log(4 / 3)) / 4, 6)
  expect(classification([0, 0])).toBe(0)
})
