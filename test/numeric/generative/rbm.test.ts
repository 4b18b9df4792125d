import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { seededRandom } from '../../../src-main/base/seeded-random.ts'
import {
  contrastiveDivergence,
  freeEnergy,
  hiddenProbabilities,
  nextVelocities,
  type RbmWeights,
  visibleMeans,
  type VisibleUnits,
} from '../../../src-main/learning/strategies/deep-belief-network/rbm.ts'
import { createRbmTrainer, momentumOf } from '../../../src-main/learning/strategies/deep-belief-network/rbm-trainer.ts'
import type { Tensor } from '../../../src-main/learning/runtime.ts'
import { largestDifference, nativeRuntime } from '../../support/native-runtime.ts'

const log: string[] = []
const runtime = { ...nativeRuntime(), log: (_level: string, text: string) => void log.push(text) }
const { tf } = runtime

type Matrix = number[][]
const reference = JSON.parse(
  readFileSync(new URL('../../fixtures/reference/rbm_cd1.json', import.meta.url), 'utf8'),
) as {
  v0: Matrix
  W: Matrix
  uniforms: Matrix
  learning_rate: number
  weight_decay: number
  h0: Matrix
  v1_probabilities: Matrix
  h1: Matrix
  'delta_W (momentum 0)': Matrix
  delta_visible_bias: number[]
  delta_hidden_bias: number[]
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const flat = (matrix: Matrix) => matrix.flat()
const values = (tensor: Tensor) => [...tensor.dataSync()]

/** A small machine with weights and biases that are not symmetric. */
function smallMachine(visible: number, hidden: number): RbmWeights {
  const random = seededRandom(5)
  const numbers = (count: number) => Float32Array.from({ length: count }, () => random() * 2 - 1)
  return {
    W: tf.tensor2d(numbers(visible * hidden), [visible, hidden]),
    b: tf.tensor1d(numbers(visible)),
    c: tf.tensor1d(numbers(hidden)),
  }
}

/** Every state of `count` binary units. */
function states(count: number): Matrix {
  return Array.from({ length: 2 ** count }, (_, i) => Array.from({ length: count }, (_unit, bit) => (i >> bit) & 1))
}

/** E(v, h) from its definition. */
function energy(units: VisibleUnits, weights: RbmWeights, v: number[], h: number[]): number {
  const [W, b, c] = [values(weights.W), values(weights.b), values(weights.c)]
  const visible =
    units === 'bernoulli'
      ? -v.reduce((sum, vi, i) => sum + vi * b[i]!, 0)
      : v.reduce((sum, vi, i) => sum + (vi - b[i]!) ** 2, 0) / 2
  const hidden = h.reduce((sum, hj, j) => sum + hj * c[j]!, 0)
  const between = v.reduce((sum, vi, i) => sum + h.reduce((s, hj, j) => s + vi * hj * W[i * h.length + j]!, 0), 0)
  return visible - hidden - between
}

test('one step of CD-1 gives the reference’s statistics and updates', () => {
  tf.tidy(() => {
    const weights = { W: tf.tensor2d(reference.W), b: tf.zeros([6]), c: tf.zeros([3]) }
    const v0 = tf.tensor2d(reference.v0)
    const uniforms = () => tf.tensor2d(reference.uniforms)
    const h0 = hiddenProbabilities(tf, weights, v0)
    const states = tf.cast(tf.greater(h0, uniforms()), 'float32')
    const v1 = visibleMeans(tf, 'bernoulli', weights, states)
    expect(largestDifference(values(h0), flat(reference.h0))).toBeLessThan(1e-6)
    expect(largestDifference(values(v1), flat(reference.v1_probabilities))).toBeLessThan(1e-6)
    expect(largestDifference(values(hiddenProbabilities(tf, weights, v1)), flat(reference.h1))).toBeLessThan(1e-6)

    const { gradient, reconstructionError } = contrastiveDivergence(tf, 'bernoulli', weights, v0, { k: 1, uniforms })
    const still = { W: tf.zeros([6, 3]), b: tf.zeros([6]), c: tf.zeros([3]) }
    const next = nextVelocities(tf, weights, still, gradient, {
      rate: tf.scalar(reference.learning_rate),
      momentum: tf.scalar(0.9),
      weightCost: reference.weight_decay,
    })
    expect(largestDifference(values(next.W), flat(reference['delta_W (momentum 0)']))).toBeLessThan(1e-7)
    expect(largestDifference(values(next.b), reference.delta_visible_bias)).toBeLessThan(1e-7)
    expect(largestDifference(values(next.c), reference.delta_hidden_bias)).toBeLessThan(1e-7)
    const squares = flat(reference.v0).map((v, i) => (v - flat(reference.v1_probabilities)[i]!) ** 2)
    const error = squares.reduce((sum, value) => sum + value, 0) / squares.length
    expect(values(reconstructionError)[0]!).toBeCloseTo(error, 6)
  })
})

test('velocity keeps its share, and only W pays the weight cost', () => {
  tf.tidy(() => {
    const one = (shape: number[], value: number) => tf.fill(shape, value)
    const all = (value: number) => ({ W: one([2, 2], value), b: one([2], value), c: one([2], value) })
    const settings = { rate: tf.scalar(0.1), momentum: tf.scalar(0.5), weightCost: 0.01 }
    const next = nextVelocities(tf, all(3), all(4), all(2), settings)
    // 0.5 * 4 + 0.1 * (2 - 0.01 * 3) and 0.5 * 4 + 0.1 * 2
    expect(values(next.W)[0]!).toBeCloseTo(2.197, 6)
    expect(values(next.b)[0]!).toBeCloseTo(2.2, 6)
    expect(values(next.c)[0]!).toBeCloseTo(2.2, 6)
  })
  expect([0, 4, 5, 9].map(momentumOf)).toEqual([0.5, 0.5, 0.9, 0.9])
})

test.each(['bernoulli', 'gaussian'] as const)(
  'free energy of a %s machine is -log of the sum over hidden states',
  (units) => {
    tf.tidy(() => {
      const weights = smallMachine(4, 3)
      const batch = units === 'bernoulli' ? states(4) : [[0.3, -1.2, 2, 0.1], [-0.5, 0.4, 0, 1.5]] // prettier-ignore
      const given = values(freeEnergy(tf, units, weights, tf.tensor2d(batch)))
      const wanted = batch.map(
        (v) => -Math.log(states(3).reduce((sum, h) => sum + Math.exp(-energy(units, weights, v, h)), 0)),
      )
      expect(largestDifference(given, wanted)).toBeLessThan(1e-5)
    })
  },
)

test.each(['bernoulli', 'gaussian'] as const)(
  'statistics of data are the derivatives of its free energy (%s)',
  (units) => {
    tf.tidy(() => {
      const weights = smallMachine(4, 3)
      const v = tf.tensor2d([[0.2, 0.9, 0, 1], [1, 0.4, 0.6, 0]]) // prettier-ignore
      const mean = (changed: RbmWeights) => values(tf.mean(freeEnergy(tf, units, changed, v)))[0]!
      const data = hiddenProbabilities(tf, weights, v)
      const positive = {
        W: values(tf.div(tf.matMul(v, data, true), 2)),
        b: values(tf.mean(units === 'bernoulli' ? v : tf.sub(v, weights.b), 0)),
        c: values(tf.mean(data, 0)),
      }
      for (const name of ['W', 'b', 'c'] as const) {
        const start = values(weights[name])
        start.forEach((_, i) => {
          const moved = (by: number) => {
            const changed = Float32Array.from(start, (value, at) => (at === i ? value + by : value))
            return mean({ ...weights, [name]: tf.tensor(changed, weights[name].shape) })
          }
          // float32 energies of about 5 carry 5e-7; over 0.02 that is 5e-5.
          expect(-(moved(0.01) - moved(-0.01)) / 0.02).toBeCloseTo(positive[name][i]!, 3)
        })
      }
    })
  },
)

test('CD-k samples k times and takes probabilities at the end, by hand', () => {
  tf.tidy(() => {
    const weights = smallMachine(3, 2)
    const [W, b, c] = [values(weights.W), values(weights.b), values(weights.c)]
    const up = (v: number[]) =>
      [0, 1].map((j) => sigmoid(c[j]! + v.reduce((sum, vi, i) => sum + vi * W[i * 2 + j]!, 0)))
    const down = (h: number[]) =>
      [0, 1, 2].map((i) => sigmoid(b[i]! + h.reduce((s, hj, j) => s + hj * W[i * 2 + j]!, 0)))
    const drawn = [
      [0.1, 0.9],
      [0.6, 0.3],
      [0.5, 0.55],
    ]
    const v0 = [1, 0, 0.5]
    let [v, h] = [v0, up(v0)]
    for (const u of drawn) {
      v = down(h.map((p, j) => (p > u[j]! ? 1 : 0)))
      h = up(v)
    }
    const uniforms = (t: number) => tf.tensor2d([drawn[t]!])
    const { gradient } = contrastiveDivergence(tf, 'bernoulli', weights, tf.tensor2d([v0]), { k: 3, uniforms })
    const wanted = v0.flatMap((vi, i) => up(v0).map((hj, j) => vi * hj - v[i]! * h[j]!))
    expect(largestDifference(values(gradient.W), wanted)).toBeLessThan(1e-6)
    expect(largestDifference(values(gradient.b), v0.map((vi, i) => vi - v[i]!))).toBeLessThan(1e-6) // prettier-ignore
    expect(largestDifference(values(gradient.c), up(v0).map((hj, j) => hj - h[j]!))).toBeLessThan(1e-6) // prettier-ignore
  })
})

const BARS = states(3)
  .slice(1, -1)
  .flatMap((on) => [on.flatMap((o) => [o, o, o]), [...on, ...on, ...on]])

/** Mean of log p(v) over some samples, with the partition function summed up state by state. */
function logLikelihood(weights: RbmWeights, samples: Matrix): number {
  return tf.tidy(() => {
    const of = (batch: Matrix) => values(freeEnergy(tf, 'bernoulli', weights, tf.tensor2d(batch)))
    const partition = of(states(9)).reduce((sum, energy) => sum + Math.exp(-energy), 0)
    return of(samples).reduce((sum, energy) => sum - energy - Math.log(partition), 0) / samples.length
  })
}

function train(seed: number, updates: number, rate = 0.1) {
  const trainer = createRbmTrainer(runtime, {
    visible: 9,
    hidden: 12,
    units: 'bernoulli',
    rate,
    weightCost: 2e-4,
    k: 1,
    seed,
    sampleShape: [9],
    toVisible: (x) => x,
  })
  const batch = Float32Array.from(BARS.flat())
  const errors = Array.from({ length: updates }, (_, step) =>
    trainer.step(batch, { epoch: Math.floor(step / 20), step }),
  )
  trainer.pull()
  return { trainer, errors, batch }
}

test('training makes bars and stripes likely, as one compiled call, and leaves no tensor', () => {
  const before = tf.memory().numTensors
  const start = train(1, 0)
  const untrained = logLikelihood(start.trainer.weights, BARS)
  const { trainer, errors, batch } = train(1, 800)
  expect(trainer.isCompiled).toBe(true)
  expect(log).toEqual([])
  // Of 512 states 12 are shown: log(1/12) = -2.5 cannot be beaten, log(1/512) = -6.2 is chance.
  expect(untrained).toBeLessThan(-5.5)
  expect(logLikelihood(trainer.weights, BARS)).toBeGreaterThan(-4)
  expect(errors.at(-1)!).toBeLessThan(errors[0]! / 2)

  const view = trainer.inspect(batch)
  expect(view.hidden.length).toBe(12 * 12)
  const known = tf.tidy(() => values(freeEnergy(tf, 'bernoulli', trainer.weights, tf.tensor2d(BARS))))
  expect(largestDifference(view.freeEnergy, known)).toBeLessThan(1e-4)
  for (const each of [start.trainer, trainer]) {
    each.dispose()
    each.disposeWeights()
  }
  expect(tf.memory().numTensors).toBe(before)
})

test('the same seed gives the same weights, another seed others', () => {
  const runs = [train(3, 30), train(3, 30), train(4, 30)]
  const [a, b, c] = runs.map(({ trainer }) => values(trainer.weights.W))
  expect(a).toEqual(b)
  expect(a).not.toEqual(c)
  for (const { trainer } of runs) {
    trainer.dispose()
    trainer.disposeWeights()
  }
})

test('a Gaussian machine that diverges says so', () => {
  const trainer = createRbmTrainer(runtime, {
    visible: 9,
    hidden: 12,
    units: 'gaussian',
    rate: 10,
    weightCost: 0,
    k: 1,
    seed: 1,
    sampleShape: [9],
    toVisible: (x) => x,
  })
  const batch = Float32Array.from(BARS.flat())
  const diverge = () => {
    for (let step = 0; step < 2000; step++) trainer.step(batch, { epoch: 9, step })
  }
  expect(diverge).toThrow(/learning rate of 10/)
  trainer.dispose()
  trainer.disposeWeights()
})
