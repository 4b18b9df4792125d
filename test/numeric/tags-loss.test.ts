import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { headTargets } from '../../src-main/learning/engine/data/feed.ts'
import { headLoss } from '../../src-main/learning/losses/head-loss.ts'
import { addSample, headMetrics } from '../../src-main/learning/metrics/head-metrics.ts'
import { emptyTotals } from '../../src-main/learning/metrics/head-totals.ts'
import { describeHead, type HeadInfo } from '../../src-main/learning/network/head-info.ts'
import type { Tensor1D, Tensor2D } from '../../src-main/learning/runtime.ts'
import { nativeRuntime } from '../support/native-runtime.ts'

const { tf } = nativeRuntime()

interface Reference {
  targets: number[][]
  cases: { weights: number[] | null; smoothing: number; logits: number[][]; loss: number; gradient: number[][] }[]
}
const path = new URL('../fixtures/reference/tags-loss.json', import.meta.url)
const reference = JSON.parse(readFileSync(path, 'utf8')) as Reference
const tagSets = reference.targets.map((row) => row.flatMap((value, tag) => (value === 1 ? [tag] : [])))
const rows = [...tagSets.keys()]
/** The last one has no label. */
const targets = Float64Array.from(rows, (row) => (row === rows.length - 1 ? NaN : row))

function headOf({ weights, smoothing }: Reference['cases'][number]): HeadInfo {
  const options = {
    name: 'seen',
    type: 'tags',
    classes: ['a', 'b', 'c'],
    weight: 1,
    labelSmoothing: smoothing,
  } as const
  return { ...describeHead({ ...options, tagSets }, [...targets], false), classWeights: weights ?? [] }
}

test.each(reference.cases)('binary cross entropy, weights $weights, smoothing $smoothing, is PyTorch’s', (one) => {
  const head = headOf(one)
  const [loss, gradient] = tf.tidy(() => {
    const { target, weight } = headTargets(tf, head, targets, rows, false)
    const lossOf = (logits: Tensor2D) => headLoss(head)(tf, logits, target as Tensor2D, weight as Tensor1D)
    const { value, grad } = tf.valueAndGrad(lossOf as never)(tf.tensor2d(one.logits))
    return [value.dataSync()[0]!, (grad as Tensor2D).arraySync()]
  })
  expect(loss).toBeCloseTo(one.loss, 4)
  for (const [row, values] of one.gradient.entries()) {
    for (const [tag, value] of values.entries()) expect(gradient[row]![tag]).toBeCloseTo(value, 6)
  }
})

test('what is measured is what is learned', () => {
  const one = reference.cases.find(({ weights, smoothing }) => weights !== null && smoothing === 0)!
  const head = headOf(one)
  const totals = emptyTotals(head)
  for (const row of rows) addSample(totals, head, targets[row]!, one.logits[row]!)
  expect(headMetrics(totals, head)['loss']).toBeCloseTo(one.loss, 10)
})

test('a numeric gradient agrees', () => {
  const head = headOf(reference.cases[2]!)
  const logits = [[0.3, -1.2, 2], [1.5, 0.1, -0.4]] // prettier-ignore
  const lossAt = (values: number[][]) =>
    tf.tidy(() => {
      const { target, weight } = headTargets(tf, head, targets, [0, 1], false)
      return headLoss(head)(tf, tf.tensor2d(values), target as Tensor2D, weight).dataSync()[0]!
    })
  const analytic = tf.tidy(() => {
    const { target, weight } = headTargets(tf, head, targets, [0, 1], false)
    const lossOf = (z: Tensor2D) => headLoss(head)(tf, z, target as Tensor2D, weight)
    return (tf.grad(lossOf as never)(tf.tensor2d(logits)) as Tensor2D).arraySync()
  })
  const step = 0.01
  for (const [row, values] of logits.entries()) {
    for (const tag of values.keys()) {
      const moved = (by: number) =>
        logits.map((own, r) => own.map((value, t) => (r === row && t === tag ? value + by : value)))
      const numeric = (lossAt(moved(step)) - lossAt(moved(-step))) / (2 * step)
      expect(analytic[row]![tag]).toBeCloseTo(numeric, 3)
    }
  }
})
