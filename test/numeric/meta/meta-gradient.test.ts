import { afterAll, describe, expect, test } from 'vitest'
import type { Layer, Network } from '../../../src-main/contract/network.ts'
import { seededRandom } from '../../../src-main/base/seeded-random.ts'
import { createModel, type Model } from '../../../src-main/learning/engine/model/model.ts'
import { initialWeights } from '../../../src-main/learning/engine/model/initial-weights.ts'
import type { Tensor, Variable } from '../../../src-main/learning/runtime.ts'
import {
  adapt,
  hessianVector,
  metaGradient,
  valueAndGradients,
} from '../../../src-main/learning/strategies/meta-learning/adapt.ts'
import {
  safeCrossEntropy,
  taskLoss,
  type TaskLoss,
} from '../../../src-main/learning/strategies/meta-learning/fast-weights.ts'
import { largestDifference, nativeRuntime } from '../../support/native-runtime.ts'

const tf = nativeRuntime().tf
const models: Model[] = []
afterAll(() => models.forEach((model) => model.dispose()))

function networkOf(kind: 'dense' | 'convolution', outputs: number): Network {
  const input: Layer = {
    name: 'input',
    type: 'InputLayer',
    config: { shape: kind === 'dense' ? [5] : [6, 6, 1] },
    inputs: [],
    block: 'a',
  }
  const body: Layer[] =
    kind === 'dense'
      ? [{ name: 'hidden', type: 'Dense', config: { units: 7, activation: 'relu' }, inputs: ['input'], block: 'a' }]
      : [
          {
            name: 'conv',
            type: 'Conv2D',
            config: { filters: 3, kernel_size: [3, 3], activation: 'tanh' },
            inputs: ['input'],
            block: 'a',
          },
          { name: 'hidden', type: 'Flatten', config: {}, inputs: ['conv'], block: 'a' },
        ]
  const head: Layer = { name: 'head', type: 'Dense', config: { units: outputs }, inputs: ['hidden'], block: 'a' }
  return {
    name: kind,
    blocks: [{ name: 'a', label: 'a' }],
    layers: [input, ...body, head],
    outputs: ['head'],
    features: 'hidden',
  }
}

function setUp(kind: 'dense' | 'convolution', type: 'classification' | 'regression') {
  const network = networkOf(kind, type === 'classification' ? 3 : 1)
  const states = Object.fromEntries(network.layers.map(({ name }) => [name, 'fresh' as const]))
  const model = createModel(tf, network, initialWeights(network, { states, base: null, seed: 5 }), 5)
  models.push(model)
  const names = [...model.weights.keys()]
  const task = taskLoss({ tf, model, names, from: null, type })
  const random = seededRandom(1, kind + type)
  const shape = kind === 'dense' ? [6, 5] : [6, 6, 6, 1]
  const size = shape.reduce((a, b) => a * b, 1)
  const xs = () =>
    tf.tensor(
      Float32Array.from({ length: size }, () => random() * 2 - 1),
      shape,
    )
  const ys = () =>
    type === 'classification'
      ? (tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32'), 3).toFloat() as Tensor)
      : (tf.tensor1d(Float32Array.from({ length: 6 }, () => random())) as Tensor)
  const batch = { supportX: xs(), supportY: ys(), queryX: xs(), queryY: ys() }
  return { model, names, task, batch, weights: names.map((name) => model.weights.get(name)!) }
}

/** dL/dw of the query loss after adapting, by central differences in float64 steps of one weight. */
function numericGradient(
  weights: readonly Variable[],
  place: { weight: number; index: number },
  lossAt: () => number,
  epsilon: number,
): number {
  const variable = weights[place.weight]!
  const values = variable.dataSync<'float32'>().slice()
  const at = (shift: number) => {
    const moved = values.slice()
    moved[place.index]! += shift
    tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape)))
    return lossAt()
  }
  const slope = (at(epsilon) - at(-epsilon)) / (2 * epsilon)
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)))
  return slope
}

const STEPS = 2
const RATE = 0.3

function queryLoss({ task, batch, weights }: ReturnType<typeof setUp>): number {
  return tf.tidy(() => {
    const batches = Array.from({ length: STEPS }, () => ({ x: batch.supportX, y: batch.supportY }))
    const path = adapt(tf, task, weights, { batches, rates: weights.map(() => tf.scalar(RATE)) })
    return task.loss(task.outputs(path.weights.at(-1)!, batch.queryX), batch.queryY).dataSync()[0]!
  })
}

describe.each([
  ['dense', 'classification', true],
  ['dense', 'regression', true],
  ['convolution', 'classification', false],
] as const)('the gradient through adaptation: %s, %s', (kind, type, isExact) => {
  const parts = setUp(kind, type)
  const analytic = tf.tidy(() => {
    const { task, batch, weights } = parts
    const rates = weights.map(() => tf.scalar(RATE))
    const batches = Array.from({ length: STEPS }, () => ({ x: batch.supportX, y: batch.supportY }))
    const path = adapt(tf, task, weights, { batches, rates })
    const gradient = (order: 1 | 2) =>
      metaGradient(tf, task, batch, path, { rates, order }).start.map((each) => each.dataSync<'float32'>())
    return { second: gradient(2), first: gradient(1) }
  })

  test('is the numeric one', () => {
    expect(parts.task.isTwiceDifferentiable).toBe(isExact)
    for (const [w, weight] of parts.weights.entries()) {
      for (const index of [0, Math.floor(weight.size / 2), weight.size - 1]) {
        const numeric = numericGradient(parts.weights, { weight: w, index }, () => queryLoss(parts), 2e-3)
        expect(analytic.second[w]![index]!, `${parts.names[w]} ${index}`).toBeCloseTo(numeric, 3)
      }
    }
  })

  test('differs from the first-order one: the second derivatives are there', () => {
    const difference = analytic.second.flatMap((values, i) =>
      [...values].map((v, j) => Math.abs(v - analytic.first[i]![j]!)),
    )
    expect(Math.max(...difference)).toBeGreaterThan(1e-3)
  })
})

test('exact and differenced Hessian products agree', () => {
  const { task, batch, weights } = setUp('dense', 'classification')
  const [exact, differenced] = tf.tidy(() => {
    const u = weights.map((weight) => tf.onesLike(weight))
    const at = { x: batch.supportX, y: batch.supportY }
    const byDifferences: TaskLoss = { ...task, isTwiceDifferentiable: false }
    return [task, byDifferences].map((each) =>
      hessianVector(tf, each, weights, u, at).flatMap((tensor) => [...tensor.dataSync<'float32'>()]),
    )
  })
  exact!.forEach((value, i) => expect(differenced![i]!).toBeCloseTo(value, 3))
})

test('the safe cross entropy is the plain one, with its gradient', () => {
  const logits = tf.tensor2d([
    [1, -2, 0.5],
    [30, 29, -40],
  ])
  const targets = tf.tensor2d([
    [0, 1, 0],
    [1, 0, 0],
  ])
  const safe = tf.tidy(() =>
    valueAndGradients(tf, ([z]) => safeCrossEntropy(tf, z as typeof logits, targets), [logits]),
  )
  // By hand: log(e^1 + e^-2 + e^0.5) + 2 and log(1 + e^-1 + e^-70), their mean.
  const first = Math.log(Math.exp(1) + Math.exp(-2) + Math.exp(0.5)) + 2
  expect(safe.value.dataSync()[0]).toBeCloseTo((first + Math.log(1 + Math.exp(-1))) / 2, 5)
  const shares = tf.tidy(() => tf.div(tf.sub(tf.softmax(logits), targets), 2)).dataSync()
  safe.grads[0]!.dataSync().forEach((value, i) => expect(value).toBeCloseTo(shares[i]!, 5))
})

test('a ReLU with a slope keeps it', () => {
  const plain = networkOf('dense', 3)
  const bent: Layer = { name: 'bent', type: 'ReLU', config: { negative_slope: 0.5 }, inputs: ['input'], block: 'a' }
  const [input, hidden, head] = plain.layers
  const network = { ...plain, layers: [input!, bent, { ...hidden!, inputs: ['bent'] }, head!] }
  const states = Object.fromEntries(network.layers.map(({ name }) => [name, 'fresh' as const]))
  const model = createModel(tf, network, initialWeights(network, { states, base: null, seed: 5 }), 5)
  models.push(model)
  const task = taskLoss({ tf, model, names: [], from: null, type: 'classification' })
  tf.tidy(() => {
    const x = tf.tensor2d([-1, 2, -3, 4, -5], [1, 5])
    const [outputs, expected] = [task.outputs([], x), model.forward(x)[0]!]
    expect(largestDifference(outputs.dataSync(), [...expected.dataSync()])).toBeLessThan(1e-6)
  })
})
