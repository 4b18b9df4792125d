import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { probeAccuracy, stratifiedFolds } from '../../src-main/learning/probes/cross-validate.ts'
import { lbfgs } from '../../src-main/learning/probes/lbfgs.ts'
import { fitLogistic } from '../../src-main/learning/probes/logistic-regression.ts'
import type { Matrix } from '../../src-main/learning/transferability/matrix.ts'
import { nativeRuntime } from '../support/native-runtime.ts'

const tf = nativeRuntime().tf
const random = seededRandom(2)
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** Classes around means that differ in the first features, in units and at places of their own. */
function clusters(n: number, d: number, classes: number, distance: number): { features: Matrix; labels: number[] } {
  const labels = Array.from({ length: n }, (_, i) => i % classes)
  const values = Float32Array.from({ length: n * d }, (_, at) => {
    const j = at % d
    const label = labels[Math.floor(at / d)]!
    return (normal() + (j === label ? distance : 0)) * (j + 1) + 3 * j
  })
  return { features: { rows: n, columns: d, values }, labels }
}

test('L-BFGS finds the minimum of an ill-conditioned quadratic and of the Rosenbrock valley', () => {
  const quadratic = (x: Float64Array) => ({
    value: x.reduce((sum, v, i) => sum + 0.5 * 10 ** i * (v - i) ** 2, 0),
    gradient: x.map((v, i) => 10 ** i * (v - i)),
  })
  const found = lbfgs(quadratic, new Float64Array(6), { tolerance: 1e-8 })
  found.x.forEach((v, i) => expect(v).toBeCloseTo(i, 6))
  const rosenbrock = (x: Float64Array) => ({
    value: (1 - x[0]!) ** 2 + 100 * (x[1]! - x[0]! ** 2) ** 2,
    gradient: Float64Array.of(-2 * (1 - x[0]!) - 400 * x[0]! * (x[1]! - x[0]! ** 2), 200 * (x[1]! - x[0]! ** 2)),
  })
  const valley = lbfgs(rosenbrock, Float64Array.of(-1.2, 1), { tolerance: 1e-8 })
  expect([...valley.x]).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)])
})

describe('logistic regression', () => {
  test('reaches the one minimum: the gradient of the documented loss, computed apart, is 0 there', () => {
    const { features, labels } = clusters(60, 4, 3, 1)
    const { parameters, loss } = fitLogistic(tf, features, labels, { classes: 3, c: 0.5, iterations: 500 })
    const [n, d, k] = [60, 4, 3]
    const column = (j: number) => Array.from({ length: n }, (_, i) => features.values[i * d + j]!)
    const x = Array.from({ length: d }, (_, j) => {
      const mean = column(j).reduce((a, b) => a + b, 0) / n
      const std = Math.sqrt(column(j).reduce((sum, v) => sum + (v - mean) ** 2, 0) / n)
      return column(j).map((v) => (v - mean) / std)
    })
    let expected = 0
    const gradient = new Float64Array((d + 1) * k)
    for (let i = 0; i < n; i++) {
      const scores = Array.from({ length: k }, (_, c) =>
        x.reduce((sum, xj, j) => sum + xj[i]! * parameters[j * k + c]!, parameters[d * k + c]!),
      )
      const total = scores.reduce((sum, s) => sum + Math.exp(s), 0)
      expected += (Math.log(total) - scores[labels[i]!]!) / n
      scores.forEach((s, c) => {
        const error = (Math.exp(s) / total - (labels[i] === c ? 1 : 0)) / n
        x.forEach((xj, j) => (gradient[j * k + c]! += error * xj[i]!))
        gradient[d * k + c]! += error
      })
    }
    for (let at = 0; at < d * k; at++) {
      expected += parameters[at]! ** 2 / (2 * 0.5 * n)
      gradient[at]! += parameters[at]! / (0.5 * n)
    }
    expect(loss).toBeCloseTo(expected, 5)
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(2e-4)
  })

  test('constant and far-off features do no harm, and no tensor is left', () => {
    const { features, labels } = clusters(80, 5, 2, 4)
    const values = features.values.map((v, at) => (at % 5 === 4 ? 1e6 : v))
    const before = tf.memory().numTensors
    const model = fitLogistic(tf, { ...features, values }, labels, { classes: 2 })
    const predicted = model.predict({ ...features, values })
    expect(tf.memory().numTensors).toBe(before)
    expect([...predicted].filter((p, i) => p === labels[i]).length).toBeGreaterThan(74)
  })
})

describe('cross-validation', () => {
  test('folds are even within every class, and the seed draws them', () => {
    const labels = Array.from({ length: 50 }, (_, i) => (i < 30 ? 0 : 1))
    const folds = stratifiedFolds(labels, 5, 1)
    for (const label of [0, 1]) {
      const counts = [0, 1, 2, 3, 4].map((fold) => folds.filter((f, i) => f === fold && labels[i] === label).length)
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    }
    expect(stratifiedFolds(labels, 5, 2)).not.toEqual(folds)
  })

  test('labels without a relation to the features are at chance, those with one are near 1, twice the same', async () => {
    const { features, labels } = clusters(200, 6, 4, 5)
    const good = await probeAccuracy(tf, features, labels, { seed: 1 })
    expect(good.accuracy).toBeGreaterThan(0.93)
    expect(await probeAccuracy(tf, features, labels, { seed: 1 })).toEqual(good)
    const bad = await probeAccuracy(
      tf,
      features,
      labels.map((_, i) => Math.floor(i / 50)),
      { seed: 1 },
    )
    expect(bad.accuracy).toBeLessThan(0.4)
  })

  test('few samples make fewer folds; classes that do not occur are no matter', async () => {
    const { features } = clusters(5, 3, 2, 5)
    const score = await probeAccuracy(tf, features, [7, 7, 7, 2, 2], { seed: 1 })
    expect(score.folds).toBe(2)
  })
})
