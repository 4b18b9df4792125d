import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Network } from '../../src-main/contract/network.ts'
import type { UpdateOptions } from '../../src-main/learning/engine/step/apply-gradients.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import { initialWeights } from '../../src-main/learning/engine/model/initial-weights.ts'
import { createTrainStep } from '../../src-main/learning/engine/step/train-step.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import type { Runtime } from '../../src-main/learning/runtime.ts'
import { optimizers } from '../../src-main/learning/optimizers/index.ts'
import type { Samples } from '../../src-main/learning/engine/data/training-data.ts'

export interface StepRunOptions {
  readonly network: Network
  readonly optimizer?: { type: string; [name: string]: unknown }
  /** Layers that do not learn; default: none. */
  readonly frozen?: ReadonlySet<string>
  readonly steps: number
  readonly batch?: number
  /** Of the first step; it falls from there. */
  readonly learningRate?: number
  readonly seed?: number
  readonly updates?: Partial<UpdateOptions>
}

export interface StepRunResult {
  readonly losses: number[]
  /** Every weight after the last step. */
  readonly weights: ReadonlyMap<string, Float32Array>
  readonly isCompiled: boolean
}

/** Makes some training steps on random images of three classes. Everything follows from the seed. */
export function runSteps(runtime: Runtime, options: StepRunOptions): StepRunResult {
  const { network, steps, batch = 6, seed = 1, learningRate = 0.02 } = options
  const frozen = options.frozen ?? new Set<string>()
  const learning = new Set(network.layers.map(({ name }) => name).filter((name) => !frozen.has(name)))
  const states = Object.fromEntries(network.layers.map(({ name }) => [name, 'fresh' as const]))
  const model = createModel(runtime.tf, network, initialWeights(network, { states, base: null, seed }), seed)
  const { type, ...values } = options.optimizer ?? { type: 'adam' }
  const row = optimizers.find((each) => each.type === type)!
  const rule = row.rule(row.params.schema.parse(values))
  const shape = inferNetwork(network).shapes.get('input')!
  const size = shape.reduce((total, value) => total * value, 1)
  const random = seededRandom(seed, 'pixels')
  const targets = [Float64Array.from({ length: batch * steps }, (_, i) => i % 3)]
  const samples: Samples = {
    shape,
    layer: null,
    storage: 'uint8',
    normalisation: {
      scale: shape.slice(-1).flatMap((c) => new Array<number>(c).fill(1 / 128)),
      shift: shape.slice(-1).flatMap((c) => new Array<number>(c).fill(-1)),
    },
    load: (rows) => Uint8Array.from({ length: rows.length * size }, () => random() * 256),
    changes: null,
    held: null,
  }
  const phase = {
    name: 'all',
    epochs: 1,
    learningRate: 1,
    trained: learning,
    trainingMode: learning,
    rateFactor: new Map(),
    cachedUpTo: null,
  }
  const heads = [
    {
      name: 'label',
      type: 'classification' as const,
      classes: ['a', 'b', 'c'],
      weight: 1,
      mean: 0,
      std: 1,
      labelSmoothing: 0,
      classWeights: [],
    },
  ]
  const updating = { gradientClip: null, accumulate: 1, weightAverage: null, ...options.updates }
  const step = createTrainStep(
    runtime,
    { model, phase, heads, rule, samples, targets, rows: [...targets[0]!.keys()], options: updating },
    batch,
  )
  const losses = Array.from({ length: steps }, (_, i) => {
    const rows = Array.from({ length: batch }, (_row, r) => (i * batch + r) % targets[0]!.length)
    const updates = Math.floor(i / updating.accumulate)
    const numbers = {
      step: i,
      learningRate: learningRate / (1 + updates),
      optimizer: step.updater.numbers(updates, 1 / updating.accumulate),
      objective: [],
    }
    const isLast = (i + 1) % updating.accumulate === 0
    return step.run({ rows, epoch: 0, numbers, isLast }, samples.load(rows, 0) as Uint8Array).loss
  })
  step.program.pull()
  const weights = new Map([...model.weights].map(([name, v]) => [name, Float32Array.from(v.dataSync())]))
  const { isCompiled } = step.program
  step.dispose()
  model.dispose()
  return { losses, weights, isCompiled }
}

/** Largest difference of two runs' weights, relative to the larger of 1 and the value. */
export function relativeDifference(a: StepRunResult, b: StepRunResult): number {
  let largest = 0
  for (const [name, values] of a.weights) {
    const other = b.weights.get(name)!
    values.forEach((value, i) => {
      largest = Math.max(largest, Math.abs(value - other[i]!) / Math.max(1, Math.abs(value)))
    })
  }
  return largest
}
