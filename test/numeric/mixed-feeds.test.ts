import { expect, test } from 'vitest'
import type { Network } from '../../src-main/contract/network.ts'
import type { Feed } from '../../src-main/learning/engine/step/objective.ts'
import { initialWeights } from '../../src-main/learning/engine/model/initial-weights.ts'
import { describeHead } from '../../src-main/learning/network/head-info.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import { createTrainStep } from '../../src-main/learning/engine/step/train-step.ts'
import type { Samples } from '../../src-main/learning/engine/data/training-data.ts'
import type { Scalar, Tensor } from '../../src-main/learning/runtime.ts'
import { optimizers } from '../../src-main/learning/optimizers/index.ts'
import { nativeRuntime } from '../support/native-runtime.ts'

const network: Network = {
  name: 'line',
  blocks: [{ name: 'a', label: 'a' }],
  layers: [
    { name: 'input', type: 'InputLayer', config: { shape: [1] }, inputs: [], block: 'a' },
    { name: 'dense', type: 'Dense', config: { units: 2 }, inputs: ['input'], block: 'a' },
  ],
  outputs: ['dense'],
  features: 'dense',
}

test('feeds that are targets are mixed as their samples are, others are not', () => {
  const runtime = nativeRuntime()
  const { tf } = runtime
  const model = createModel(tf, network, initialWeights(network, { states: {}, base: null, seed: 1 }), 1)
  const mix = (_tf: unknown, x: Tensor) => tf.add(tf.mul(x, 0.75), tf.mul(tf.reverse(x, 0), 0.25))
  const samples: Samples = {
    shape: [1],
    layer: null,
    storage: 'float32',
    normalisation: null,
    load: (rows) => Float32Array.from(rows),
    changes: { draw: () => [], apply: (_, x) => mix(tf, x), mix: (_, targets) => mix(tf, targets) },
    held: null,
  }
  const values = Float32Array.of(1, 10, 100)
  const feeds: Feed[] = [
    { kind: 'rows', shape: [], values, isMixed: true },
    { kind: 'rows', shape: [], values },
    { kind: 'rows', shape: [2], values: Float32Array.of(1, 2, 10, 20, 100, 200), isMixed: true },
  ]
  const phase = {
    name: 'all',
    epochs: 1,
    learningRate: 0,
    trained: new Set(['dense']),
    trainingMode: new Set(['dense']),
    rateFactor: new Map(),
    cachedUpTo: null,
    objective: {
      feeds,
      metrics: ['m0', 'm1', 'p0', 'p1', 'w0', 'w1'],
      loss: (_tf: unknown, input: { forward(): Tensor[]; feeds: readonly (readonly Tensor[])[] }) => {
        const outputs = input.forward()
        const [mixed, plain, wide] = input.feeds.map(([feed]) => feed!)
        const metrics = [mixed!, plain!, tf.sum(wide!, 1)].flatMap((feed) => tf.unstack(feed) as Scalar[])
        return { loss: tf.sum(outputs[0]!) as Scalar, outputs, metrics }
      },
    },
  }
  const heads = [describeHead({ name: 'kind', type: 'classification', classes: ['a', 'b'], weight: 1 }, [0, 1], false)]
  const rule = optimizers.find(({ type }) => type === 'sgd')!
  const options = { gradientClip: null, accumulate: 1, weightAverage: null }
  const parts = { model, phase, heads, samples, targets: [Float64Array.of(0, 1, 0)], rows: [0, 1, 2], options }
  const step = createTrainStep(runtime, { ...parts, rule: rule.rule(rule.params.schema.parse({})) }, 2)
  const numbers = { step: 0, learningRate: 0, optimizer: step.updater.numbers(0, 1), objective: [] }
  const { metrics } = step.run({ rows: [2, 0], epoch: 0, numbers, isLast: true }, Float32Array.of(2, 0))
  step.dispose()
  model.dispose()
  // Rows 2 and 0: 100 and 1, mixed three to one.
  expect(metrics.map((value) => Math.round(value * 1000) / 1000)).toEqual([75.25, 25.75, 100, 1, 225.75, 77.25])
})
