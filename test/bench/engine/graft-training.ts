import { readFileSync } from 'node:fs'
import type { Network } from '../../../src-main/contract/network.ts'
import { initialWeights, type WeightValues } from '../../../src-main/learning/engine/initial-weights.ts'
import { createModel } from '../../../src-main/learning/engine/model.ts'
import { createTrainStep } from '../../../src-main/learning/engine/train-step.ts'
import type { Samples } from '../../../src-main/learning/engine/training-data.ts'
import { inferNetwork } from '../../../src-main/learning/network/infer.ts'
import { adam } from '../../../src-main/learning/optimizers/adam.ts'
import { sgd } from '../../../src-main/learning/optimizers/sgd.ts'
import { nativeLab } from '../../support/lab.ts'
import type { WorkerTask } from './worker.ts'

export const lab = { ...nativeLab(), log: (_level: string, text: string) => void process.stderr.write(`${text}\n`) }
const CLASSES = 10
const HELD_ROWS = 4096

export function networkOf(task: WorkerTask): Network {
  return JSON.parse(readFileSync(task.network, 'utf8')) as Network
}

/** Fresh weights, with BatchNorms as trained ones have them: zeros would be optimized away. */
export function weightsOf(network: Network): WeightValues {
  const states = Object.fromEntries(network.layers.map(({ name }) => [name, 'fresh' as const]))
  const weights = initialWeights(network, { states, base: null, seed: 1 })
  for (const [name, { values }] of weights) {
    if (/\/(beta|moving_mean)$/.test(name)) values.forEach((_, i) => (values[i] = ((i * 7919) % 100) / 500 - 0.1))
  }
  return weights
}

export function noise(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => (((i * 7919) % 1009) / 1009 - 0.5) * 3)
}

/** A training that runs `batches` updates on every call of `work`. */
export function trainingOf(task: WorkerTask) {
  const network = networkOf(task)
  const shape = inferNetwork(network).shapes.get(network.layers[0]!.name)!
  const size = shape.reduce((total, value) => total * value, 1)
  const model = createModel(lab.tf, network, weightsOf(network), 1)
  const all = new Set(network.layers.map(({ name }) => name))
  const rule =
    task.optimizer === 'adam' ? adam.rule(adam.params.schema.parse({})) : sgd.rule(sgd.params.schema.parse({}))
  const count = task.kind === 'rows' ? HELD_ROWS : task.batch
  const values = noise(count * size)
  const order = Array.from({ length: count }, (_, i) => i)
  const held = task.kind === 'rows' ? { values, count, place: (row: number) => row, rows: order } : null
  const samples: Samples = {
    shape,
    layer: null,
    storage: 'float32',
    normalisation: null,
    load: () => values,
    changes: null,
    held,
  }
  const classes = Array.from({ length: CLASSES }, (_, i) => String(i))
  const head = {
    name: 'label',
    type: 'classification',
    classes,
    weight: 1,
    mean: 0,
    std: 1,
    labelSmoothing: 0,
    classWeights: [],
  } as const
  const phase = {
    name: 'all',
    epochs: 1,
    learningRate: 1e-3,
    trained: all,
    trainingMode: all,
    rateFactor: new Map(),
    cachedUpTo: null,
  }
  const targets = [Float64Array.from(order, (i) => i % CLASSES)]
  const options = { gradientClip: null, accumulate: 1, weightAverage: null }
  const step = createTrainStep(
    lab,
    { model, phase, heads: [head], rule, samples, targets, rows: order, options },
    task.batch,
  )
  let done = 0
  const batchOf = () => {
    const rows = Array.from({ length: task.batch }, (_, i) => (done * task.batch + i * 37) % count)
    const numbers = { step: done, learningRate: 1e-3, optimizer: step.updater.numbers(done, 1) }
    done += 1
    return { rows, epoch: 0, numbers, isLast: true }
  }
  const call = () => {
    if (step.stepsPerCall === 1) step.run(batchOf(), values)
    else step.runMany(Array.from({ length: step.stepsPerCall }, batchOf))
  }
  return {
    work: () => {
      for (let i = 0; i < task.batches; i += step.stepsPerCall) call()
    },
    warmUp: () => [1, 2, 3].forEach(call),
  }
}
