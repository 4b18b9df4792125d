import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Moment } from '../../src-main/learning/engine/step/objective.ts'
import type { Scalar, Tensor1D, Tensor2D, Tf } from '../../src-main/learning/runtime.ts'
import {
  dynamicAverage,
  dynamicAverageWeights,
} from '../../src-main/learning/strategies/common/multi-task/task-weighting/dynamic-average.ts'
import { fixedWeights } from '../../src-main/learning/strategies/common/multi-task/task-weighting/fixed-weights.ts'
import {
  gradientSurgery,
  surgeryOrders,
  surgeryWeights,
} from '../../src-main/learning/strategies/common/multi-task/task-weighting/gradient-surgery.ts'
import { createTaskWeighting } from '../../src-main/learning/strategies/common/multi-task/task-weighting/index.ts'
import { uncertaintyWeights } from '../../src-main/learning/strategies/common/multi-task/task-weighting/uncertainty-weights.ts'
import type { TaskWeighting } from '../../src-main/learning/strategies/common/multi-task/task-weighting/task-weighting.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'

const { tf } = nativeRuntime()

function combined(weighting: TaskWeighting, losses: number[], labelled: number[], numbers: number[] = []) {
  return tf.tidy(() => {
    const tasks = { losses: tf.tensor1d(losses), labelled: tf.tensor1d(labelled) }
    const { loss, weights } = weighting.combine(tf, { ...tasks, numbers: numbers.map((value) => tf.scalar(value)) })
    return { loss: loss.dataSync()[0]!, weights: [...weights.dataSync()] }
  })
}

function expectNear(values: ArrayLike<number>, wanted: readonly number[], by = 1e-6) {
  expect(largestDifference(values, wanted)).toBeLessThan(by)
}

describe('equal and fixed weights', () => {
  test('equal ones give the mean of the losses, whatever their number', () => {
    const two = combined(fixedWeights({ importance: [1, 1] }), [2, 4], [8, 8])
    const four = combined(fixedWeights({ importance: [1, 1, 1, 1] }), [2, 4, 2, 4], [8, 8, 8, 8])
    expect(two).toEqual({ loss: 3, weights: [0.5, 0.5] })
    expect(four).toEqual({ loss: 3, weights: [0.25, 0.25, 0.25, 0.25] })
  })

  test('an auxiliary task counts by its importance', () => {
    const { loss, weights } = combined(fixedWeights({ importance: [1, 0.25] }), [1, 2], [8, 8])
    // (1 * 1 + .25 * 2) / 1.25
    expectNear([loss, ...weights], [1.2, 0.8, 0.2])
  })

  test('fixed ones are the heads’ own, equal ones are not', () => {
    const options = { importance: [1, 1], headWeights: [3, 1], seed: 1 }
    expectNear(combined(createTaskWeighting(tf, 'fixed', options), [1, 1], [8, 8]).weights, [0.75, 0.25])
    expectNear(combined(createTaskWeighting(tf, 'equal', options), [1, 1], [8, 8]).weights, [0.5, 0.5])
  })
})

describe('uncertainty', () => {
  const dispose = (weighting: TaskWeighting) => weighting.variables.forEach((variable) => variable.dispose())

  test('sum L / (2 e^s) + s / 2 from s = -.5', () => {
    const weighting = uncertaintyWeights(tf, { importance: [1, 1] })
    const { loss, weights } = combined(weighting, [2, 0.5], [8, 8])
    // e^.5 / 2 = .824361; 2 * .824361 + .5 * .824361 - .5
    expectNear([loss, ...weights], [1.560902, 0.824361, 0.824361], 1e-5)
    dispose(weighting)
  })

  test('the gradient in s is -L / (2 e^s) + 1 / 2, held against differences', () => {
    const weighting = uncertaintyWeights(tf, { importance: [1, 0.5] })
    const s = weighting.variables.get('uncertainty')!
    const lossAt = (values: number[]) =>
      tf.tidy(() => {
        s.assign(tf.tensor1d(values))
        return combined(weighting, [3, 0.2], [8, 8]).loss
      })
    const at = [-0.3, 0.4]
    s.assign(tf.tidy(() => tf.tensor1d(at)))
    const gradient = tf.tidy(() => {
      const tasks = { losses: tf.tensor1d([3, 0.2]), labelled: tf.tensor1d([8, 8]), numbers: [] }
      return [...tf.variableGrads(() => weighting.combine(tf, tasks).loss, [s]).grads[s.name]!.dataSync()]
    })
    const numeric = at.map((_, i) => {
      const moved = (by: number) => lossAt(at.map((value, j) => (i === j ? value + by : value)))
      return (moved(1e-2) - moved(-1e-2)) / 2e-2
    })
    expectNear(gradient, numeric, 2e-4)
    expectNear(gradient, [-3 / (2 * Math.exp(-0.3)) + 0.5, 0.5 * (-0.2 / (2 * Math.exp(0.4)) + 0.5)], 1e-6)
    dispose(weighting)
  })

  test('a task without a label in the batch neither counts nor moves its s', () => {
    const weighting = uncertaintyWeights(tf, { importance: [1, 1] })
    const s = weighting.variables.get('uncertainty')!
    const gradient = tf.tidy(() => {
      const tasks = { losses: tf.tensor1d([1, 0]), labelled: tf.tensor1d([8, 0]), numbers: [] }
      return [...tf.variableGrads(() => weighting.combine(tf, tasks).loss, [s]).grads[s.name]!.dataSync()]
    })
    expect(gradient[1]).toBe(0)
    expect(combined(weighting, [1, 0], [8, 0]).weights[1]).toBe(0)
    dispose(weighting)
  })

  test('with a learnt s every loss counts by its relative change', () => {
    const weighting = uncertaintyWeights(tf, { importance: [1, 1] })
    const s = weighting.variables.get('uncertainty')!
    tf.tidy(() => s.assign(tf.tensor1d([Math.log(4), Math.log(0.1)])))
    // At s = log L: weight 1 / (2 L).
    expectNear(combined(weighting, [4, 0.1], [8, 8]).weights, [0.125, 5], 1e-5)
    dispose(weighting)
  })
})

describe('dynamic weight average', () => {
  test('w = T softmax(r / 2)', () => {
    const weights = tf.tidy(() => [...dynamicAverage(tf, tf.tensor1d([1, 1]), tf.tensor1d([2, 1]), 2).dataSync()])
    // r = .5 and 1: e^.25 = 1.284025, e^.5 = 1.648721
    expectNear(weights, [(2 * 1.284025) / 2.932746, (2 * 1.648721) / 2.932746], 1e-5)
  })

  test('equal for two epochs, then by the epoch means of labelled samples', () => {
    const weighting = dynamicAverageWeights(tf, { importance: [1, 1], seed: 1, temperature: 2 })
    const epochs: { losses: number[]; labelled: number[] }[][] = [
      // Means: (4 * 8 + 1 * 4) / 12 = 3, and 2 from the one batch that has labels.
      [
        { losses: [4, 2], labelled: [8, 8] },
        { losses: [1, 0], labelled: [4, 0] },
      ],
      // Means 1.5 and 2.
      [
        { losses: [2, 2], labelled: [8, 8] },
        { losses: [1, 2], labelled: [8, 8] },
      ],
      [{ losses: [1, 1], labelled: [8, 8] }],
    ]
    const seen = epochs.map((batches) =>
      batches.map(({ losses, labelled }, i) => combined(weighting, losses, labelled, [i === 0 ? 1 : 0]).weights),
    )
    expect(seen[0]).toEqual([
      [0.5, 0.5],
      [0.5, 0.5],
    ])
    expect(seen[1]).toEqual([
      [0.5, 0.5],
      [0.5, 0.5],
    ])
    const [slow, fast] = [Math.exp(1 / 2), Math.exp(0.5 / 2)]
    expectNear(seen[2]![0]!, [fast / (slow + fast), slow / (slow + fast)], 1e-6)
    weighting.variables.forEach((variable) => variable.dispose())
  })

  test('the first batch of an epoch is told to the step', () => {
    const weighting = dynamicAverageWeights(tf, { importance: [1, 1], seed: 1, temperature: 2 })
    const moment = (phaseStep: number, phaseEpoch: number) =>
      ({ phaseStep, phaseEpoch, phaseSteps: 12, phaseEpochs: 3, step: 40, epoch: 9, rows: [] }) satisfies Moment
    expect([moment(0, 0), moment(1, 0), moment(4, 1), moment(7, 1)].map(weighting.numbers)).toEqual([
      [1],
      [0],
      [1],
      [0],
    ])
    weighting.variables.forEach((variable) => variable.dispose())
  })
})

/** Algorithm 1 of the paper as it is written, on vectors. */
function byTheBook(gradients: readonly number[][], orders: readonly number[][]): number[] {
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)
  const cleared = gradients.map((own, i) =>
    orders[i]!.reduce((g, j) => {
      const other = gradients[j]!
      const conflict = dot(g, other)
      return conflict < 0 ? g.map((value, k) => value - (conflict / dot(other, other)) * other[k]!) : g
    }, own),
  )
  return cleared[0]!.map((_, k) => cleared.reduce((sum, g) => sum + g[k]!, 0))
}

function throughProducts(tf: Tf, gradients: readonly number[][], orders: readonly number[][]): number[] {
  return tf.tidy(() => {
    const g = tf.tensor2d(gradients as number[][])
    const products: Tensor2D = tf.matMul(g, g, false, true)
    const weights: Tensor1D = surgeryWeights(
      tf,
      products,
      orders.map((order) => order.map((j) => tf.scalar(j) as Scalar)),
    )
    return [...tf.sum(tf.mul(tf.expandDims(weights, 1), g), 0).dataSync()]
  })
}

describe('gradient surgery', () => {
  test('two gradients in conflict: each loses its part along the other', () => {
    const orders = [[1], [0]]
    // g1 = (1, 0), g2 = (-1, 1): dot -1. g1' = (1, 0) + 1/2 (-1, 1) = (.5, .5); g2' = (-1, 1) + (1, 0) = (0, 1).
    expectNear(throughProducts(tf, [[1, 0], [-1, 1]], orders), [0.5, 1.5]) // prettier-ignore
  })

  test('gradients without conflict are added', () => {
    expectNear(throughProducts(tf, [[1, 0], [1, 1]], [[1], [0]]), [2, 1]) // prettier-ignore
  })

  test.each([2, 3, 5])('%i random gradients come out as the algorithm of the paper gives them', (tasks) => {
    const random = seededRandom(tasks, 'gradients')
    for (let trial = 0; trial < 20; trial++) {
      const gradients = Array.from({ length: tasks }, () => Array.from({ length: 4 }, () => random() * 2 - 1))
      const orders = surgeryOrders(tasks, 5, trial)
      expectNear(throughProducts(tf, gradients, orders), byTheBook(gradients, orders), 1e-5)
    }
  })

  test('a task without a gradient changes nothing', () => {
    expectNear(throughProducts(tf, [[1, 0], [0, 0]], [[1], [0]]), [1, 0]) // prettier-ignore
  })

  test('orders follow from seed and step, and name every other task once', () => {
    expect(surgeryOrders(4, 1, 2)).toEqual(surgeryOrders(4, 1, 2))
    const different = Array.from({ length: 10 }, (_, step) => JSON.stringify(surgeryOrders(4, 1, step)))
    expect(new Set(different).size).toBeGreaterThan(5)
    surgeryOrders(4, 1, 0).forEach((order, i) => {
      expect([...order].sort()).toEqual([0, 1, 2, 3].filter((j) => j !== i))
    })
    const moment = { step: 3 } as Moment
    expect(gradientSurgery({ importance: [1, 1, 1], seed: 1 }).numbers(moment)).toEqual(surgeryOrders(3, 1, 3).flat())
  })
})
