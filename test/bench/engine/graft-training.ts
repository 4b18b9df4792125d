import { readFileSync } from 'node:fs'
import { seededRandom } from '../../../src-main/base/seeded-random.ts'
import type { Network } from '../../../src-main/contract/network.ts'
import { initialWeights } from '../../../src-main/learning/engine/model/initial-weights.ts'
import type { WeightValues } from '../../../src-main/learning/weights/weight-values.ts'
import { createModel } from '../../../src-main/learning/engine/model/model.ts'
import { createTrainStep } from '../../../src-main/learning/engine/step/train-step.ts'
import type { TrainStepParts } from '../../../src-main/learning/engine/step/step-parts.ts'
import type { Samples } from '../../../src-main/learning/engine/data/training-data.ts'
import type { Runtime } from '../../../src-main/learning/runtime.ts'
import { inferNetwork } from '../../../src-main/learning/network/infer.ts'
import { adam } from '../../../src-main/learning/optimizers/adam.ts'
import { sgd } from '../../../src-main/learning/optimizers/sgd.ts'
import { sharedOperations, singleOperations } from '../../../src-main/trainer/thread-pools.ts'
import { nativeRuntime } from '../../support/native-runtime.ts'
import type { WorkerTask } from './worker.ts'

const CLASSES = 10
const LEARNING_RATE = 1e-3

/** TensorFlow with the thread pools that the product gives to such work. It counts once per process. */
export function labFor({ kind }: Pick<WorkerTask, 'kind'>): Runtime {
  const pools = kind === 'train' ? sharedOperations(0) : singleOperations(0)
  const log = (_level: string, text: string) => void process.stderr.write(`${text}\n`)
  return { ...nativeRuntime(new AbortController().signal, pools), log }
}

export interface Prepared {
  readonly network: Network
  readonly weights: WeightValues
  /** Of one sample. */
  readonly shape: readonly number[]
  /** Numbers of one sample. */
  readonly size: number
}

export function readNetwork(task: WorkerTask): Prepared {
  const network = JSON.parse(readFileSync(task.network, 'utf8')) as Network
  const shape = inferNetwork(network).shapes.get(network.layers[0]!.name)!
  return { network, weights: weightsOf(network), shape, size: shape.reduce((total, value) => total * value, 1) }
}

/** Fresh weights, with norms and biases as trained ones have them: zeros and ones would be optimized away. */
function weightsOf(network: Network): WeightValues {
  const states = Object.fromEntries(network.layers.map(({ name }) => [name, 'fresh' as const]))
  const weights = initialWeights(network, { states, base: null, seed: 1 })
  for (const [name, { values }] of weights) {
    if (!/(beta|gamma|bias|moving_mean)$/.test(name)) continue
    values.forEach((value, i) => (values[i] = value + ((i * 7919) % 100) / 500 - 0.1))
  }
  return weights
}

export function noise(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => (((i * 7919) % 1009) / 1009 - 0.5) * 3)
}

/** A training that makes `batches` updates on every call of `work`, on shuffled batches of its samples. */
export function trainingOf(task: WorkerTask): { work: () => void; warmUp: () => void } {
  const runtime = labFor(task)
  const { shape, size, ...start } = readNetwork(task)
  const values = noise(task.samples * size)
  const step = createTrainStep(
    runtime,
    stepParts(runtime.tf, task, { ...start, samples: samplesOf(task, shape, values) }),
    task.batch,
  )
  const order = shuffled(task)
  let done = 0
  const next = () => {
    const numbers = { step: done, learningRate: LEARNING_RATE, optimizer: step.updater.numbers(done, 1), objective: [] }
    done += 1
    return { rows: order(), epoch: 0, numbers, isLast: true }
  }
  const read = (rows: readonly number[]) => {
    const batch = new Float32Array(rows.length * size)
    rows.forEach((row, i) => batch.set(values.subarray(row * size, (row + 1) * size), i * size))
    return batch
  }
  const call = () => {
    if (step.stepsPerCall > 1) return void step.runMany(Array.from({ length: step.stepsPerCall }, next))
    const batch = next()
    step.run(batch, read(batch.rows))
  }
  return {
    work: () => {
      for (let i = 0; i < task.batches; i += step.stepsPerCall) call()
    },
    warmUp: () => [1, 2, 3].forEach(call),
  }
}

/** The rows of one batch after the other, in a new order for every pass over the samples. */
function shuffled({ samples, batch }: WorkerTask): () => number[] {
  const random = seededRandom(1)
  let left: number[] = []
  return () => {
    if (left.length < batch) {
      left = Array.from({ length: samples }, (_, i) => i)
      for (let i = samples - 1; i > 0; i--) {
        const other = Math.floor(random() * (i + 1))
        ;[left[i], left[other]] = [left[other]!, left[i]!]
      }
    }
    return left.splice(0, batch)
  }
}

function samplesOf(task: WorkerTask, shape: readonly number[], values: Float32Array): Samples {
  const rows = Array.from({ length: task.samples }, (_, i) => i)
  const held = task.kind === 'rows' ? { values, count: task.samples, place: (row: number) => row, rows } : null
  return { shape, layer: null, storage: 'float32', normalisation: null, load: () => values, changes: null, held }
}

type Start = Pick<Prepared, 'network' | 'weights'> & Pick<TrainStepParts, 'samples'>

function stepParts(tf: Runtime['tf'], task: WorkerTask, start: Start): TrainStepParts {
  const rows = Array.from({ length: task.samples }, (_, i) => i)
  const all = new Set(start.network.layers.map(({ name }) => name))
  const classes = Array.from({ length: CLASSES }, (_, i) => String(i))
  const target = { weight: 1, mean: 0, std: 1, labelSmoothing: 0, classWeights: [] }
  const isAdam = task.optimizer === 'adam'
  return {
    model: createModel(tf, start.network, start.weights, 1),
    phase: {
      name: 'all',
      epochs: 1,
      learningRate: LEARNING_RATE,
      trained: all,
      trainingMode: all,
      rateFactor: new Map(),
      cachedUpTo: null,
    },
    heads: [{ name: 'label', type: 'classification', classes, ...target }],
    rule: isAdam ? adam.rule(adam.params.schema.parse({})) : sgd.rule(sgd.params.schema.parse({})),
    samples: start.samples,
    targets: [Float64Array.from(rows, (i) => i % CLASSES)],
    rows,
    options: { gradientClip: null, accumulate: 1, weightAverage: null },
  }
}
