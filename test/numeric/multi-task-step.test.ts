import { afterAll, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Network } from '../../src-main/contract/network.ts'
import type { HeadInfo } from '../../src-main/learning/network/head-info.ts'
import { initialWeights } from '../../src-main/learning/engine/model/initial-weights.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import type { Objective } from '../../src-main/learning/engine/step/objective.ts'
import { createTrainStep } from '../../src-main/learning/engine/step/train-step.ts'
import type { Samples } from '../../src-main/learning/engine/data/training-data.ts'
import type { Variable } from '../../src-main/learning/runtime.ts'
import {
  createTaskWeighting,
  type TaskWeightingType,
} from '../../src-main/learning/strategies/common/multi-task/task-weighting/index.ts'
import { multiTaskObjective } from '../../src-main/learning/strategies/common/multi-task/task-weighting/multi-task-objective.ts'
import type { TaskWeighting } from '../../src-main/learning/strategies/common/multi-task/task-weighting/task-weighting.ts'
import { optimizers } from '../../src-main/learning/optimizers/index.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'

const runtime = nativeRuntime()
const { tf } = runtime
const ROWS = 8

/** One hidden layer with BatchNorm, a classifier and a number on top. */
const network: Network = {
  name: 'two tasks',
  blocks: [{ name: 'all', label: 'All' }],
  layers: [
    { name: 'input', type: 'InputLayer', config: { shape: [4] }, inputs: [], block: 'all' },
    { name: 'hidden', type: 'Dense', config: { units: 5 }, inputs: ['input'], block: 'all' },
    { name: 'norm', type: 'BatchNormalization', config: { momentum: 0.9 }, inputs: ['hidden'], block: 'all' },
    { name: 'head_kind', type: 'Dense', config: { units: 3 }, inputs: ['norm'], block: 'all' },
    { name: 'head_size', type: 'Dense', config: { units: 1 }, inputs: ['norm'], block: 'all' },
  ],
  outputs: ['head_kind', 'head_size'],
  features: 'norm',
}

const head = (name: string, type: HeadInfo['type'], classes: string[]): HeadInfo => {
  return { name, type, classes, weight: 1, mean: 0, std: 1, labelSmoothing: 0, classWeights: [] }
}
const heads = [head('kind', 'classification', ['a', 'b', 'c']), head('size', 'regression', [])]
const random = seededRandom(4, 'rows')
const values = Float32Array.from({ length: ROWS * 4 }, () => random() * 2 - 1)
const targets = [
  Float64Array.from({ length: ROWS }, (_, i) => i % 3),
  // Every second size is missing.
  Float64Array.from({ length: ROWS }, (_, i) => (i % 2 === 0 ? random() * 2 - 1 : NaN)),
]
const rows = Array.from({ length: ROWS }, (_, i) => i)
const samples: Samples = {
  shape: [4],
  layer: null,
  storage: 'float32',
  normalisation: null,
  load: () => values,
  changes: null,
  held: null,
}

interface Made {
  readonly weights: ReadonlyMap<string, Float32Array>
  readonly metrics: readonly number[][]
  readonly isCompiled: boolean
}

function train(type: TaskWeightingType, options: { steps?: number; optimizer?: object } = {}): Made {
  const { steps = 1, optimizer = { type: 'sgd', momentum: 0 } } = options
  const states = Object.fromEntries(network.layers.map(({ name }) => [name, 'fresh' as const]))
  const model = createModel(tf, network, initialWeights(network, { states, base: null, seed: 1 }), 1)
  const weighting = createTaskWeighting(tf, type, { importance: [1, 1], headWeights: [1, 1], seed: 1 })
  const objective = objectiveOf(model.weights, weighting)
  const all = new Set(network.layers.map(({ name }) => name))
  const phase = {
    name: 'all',
    epochs: steps,
    learningRate: 1,
    trained: all,
    trainingMode: all,
    rateFactor: new Map(),
    cachedUpTo: null,
    objective,
  }
  const { type: optimizerType, ...given } = optimizer as { type: string }
  const row = optimizers.find((each) => each.type === optimizerType)!
  const rule = row.rule(row.params.schema.parse(given))
  const updates = { gradientClip: null, accumulate: 1, weightAverage: null }
  const step = createTrainStep(runtime, { model, phase, heads, rule, samples, targets, rows, options: updates }, ROWS)
  const metrics = Array.from({ length: steps }, (_, i) => {
    const at = { phaseStep: i, phaseSteps: steps, phaseEpoch: i, phaseEpochs: steps, step: i, epoch: i, rows }
    const numbers = {
      step: i,
      learningRate: 0.1,
      optimizer: step.updater.numbers(i, 1),
      objective: objective.numbers!(at),
    }
    return [...step.run({ rows, epoch: i, numbers, isLast: true }, values).metrics]
  })
  step.program.pull()
  const read = (variables: Iterable<readonly [string, Variable]>) =>
    [...variables].map(([name, variable]) => [name, Float32Array.from(variable.dataSync())] as const)
  const weights = new Map([...read(model.weights), ...read(weighting.variables)])
  const { isCompiled } = step.program
  step.dispose()
  model.dispose()
  weighting.variables.forEach((variable) => variable.dispose())
  return { weights, metrics, isCompiled }
}

function objectiveOf(weights: ReadonlyMap<string, Variable>, weighting: TaskWeighting): Objective {
  const headWeights = new Set([...weights].flatMap(([name, variable]) => (name.startsWith('head_') ? [variable] : [])))
  return multiTaskObjective({ heads, weighting, headWeights })
}

const before = tf.memory().numTensors
afterAll(() => expect(tf.memory().numTensors).toBe(before))

describe('one compiled step of two tasks', () => {
  test.each(['equal', 'fixed', 'uncertainty', 'dwa', 'pcgrad'] as const)('%s is compiled', (type) => {
    const { isCompiled, metrics } = train(type, { steps: 3 })
    expect(isCompiled).toBe(true)
    expect(metrics.flat().every(Number.isFinite)).toBe(true)
  })

  test('BatchNorm’s averages move once per batch, however many passes a weighting takes', () => {
    const [equal, surgery] = [train('equal').weights, train('pcgrad').weights]
    for (const name of ['norm/moving_mean', 'norm/moving_variance']) {
      expect(largestDifference(surgery.get(name)!, equal.get(name)!)).toBeLessThan(1e-6)
    }
  })

  test('a head’s own gradient is not touched by gradient surgery', () => {
    const [equal, surgery] = [train('equal').weights, train('pcgrad').weights]
    for (const name of ['head_kind/kernel', 'head_size/kernel']) {
      expect(largestDifference(surgery.get(name)!, equal.get(name)!)).toBeLessThan(1e-6)
    }
  })

  test('uncertainties learn; what is only kept with a checkpoint does not, weight decay or not', () => {
    const learnt = train('uncertainty', { steps: 2, optimizer: { type: 'adamw', weightDecay: 0.5 } }).weights
    expect(learnt.get('uncertainty')![0]).not.toBe(-0.5)
    const kept = train('dwa', { steps: 4, optimizer: { type: 'adamw', weightDecay: 0.5 } }).weights
    // Four epochs of one batch: three are over when the fourth begins.
    expect([...kept.get('epochs')!]).toEqual([3])
    expect([...kept.get('count')!]).toEqual([8, 4])
  })

  test('DWA weighs equally for two epochs and differently then', () => {
    const { metrics } = train('dwa', { steps: 4 })
    expect(metrics.slice(0, 2)).toEqual([
      [0.5, 0.5],
      [0.5, 0.5],
    ])
    expect(metrics[2]![0]).not.toBe(0.5)
    expect(metrics[2]![0]! + metrics[2]![1]!).toBeCloseTo(1, 6)
  })
})
