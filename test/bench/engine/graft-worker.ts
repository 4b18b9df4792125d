import { floatPart } from '../../../src-main/learning/engine/frozen/float-part.ts'
import { createFrozenInference } from '../../../src-main/learning/engine/frozen/frozen-inference.ts'
import type { Inference } from '../../../src-main/learning/engine/model/inference.ts'
import { loadFrozen } from '../../../src-main/trainer/frozen.ts'
import { int8ProgramOf } from './int8-program-of.ts'
import { labFor, noise, type Prepared, readNetwork, trainingOf } from './graft-training.ts'
import { serve, type WorkerTask } from './worker.ts'

/** Graft's engine, as every strategy uses it. */
serve((task) => (task.kind === 'features' ? features(task) : Promise.resolve(training(task))))

function training(task: WorkerTask) {
  const { work, warmUp } = trainingOf(task)
  warmUp()
  return () => rate(task, work)
}

async function features(task: WorkerTask) {
  const prepared = readNetwork(task)
  const values = noise(task.samples * prepared.size)
  const inference = await inferenceOf(task, prepared, values)
  const batchSize = task.batch * prepared.size
  const run = (batches: number) => {
    for (let i = 0; i < batches; i++) {
      const from = (i * batchSize) % values.length
      inference.run(values.subarray(from, from + batchSize))
    }
  }
  run(3)
  return () => rate(task, () => run(task.batches))
}

/** As a run computes its features; int8 is calibrated on the values. */
async function inferenceOf(task: WorkerTask, prepared: Prepared, values: Float32Array): Promise<Inference> {
  const { network, weights, shape } = prepared
  const { precision } = task
  const samples = { shape, layer: null, storage: 'float32', normalisation: null } as const
  const runtime = { ...labFor(task), ...loadFrozen() }
  if (precision !== 'int8') return floatPart(runtime, { network, weights, samples, precision }).start()
  return createFrozenInference(runtime, await int8ProgramOf(runtime, prepared, values), samples)
}

function rate({ batch, batches }: WorkerTask, work: () => void): Promise<{ value: number }> {
  const from = performance.now()
  work()
  return Promise.resolve({ value: (batch * batches * 1000) / (performance.now() - from) })
}
