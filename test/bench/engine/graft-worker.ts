import { createInference } from '../../../src-main/learning/engine/model/inference.ts'
import { labFor, noise, readNetwork, trainingOf } from './graft-training.ts'
import { serve, type WorkerTask } from './worker.ts'

/** Graft's engine, as every strategy uses it. */
serve((task) => Promise.resolve(task.kind === 'features' ? features(task) : training(task)))

function training(task: WorkerTask) {
  const { work, warmUp } = trainingOf(task)
  warmUp()
  return () => rate(task, work)
}

function features(task: WorkerTask) {
  const { network, weights, shape, size } = readNetwork(task)
  const samples = { shape, layer: null, storage: 'float32', normalisation: null } as const
  const inference = createInference(labFor(task), { network, weights, samples, precision: task.precision })
  const values = noise(task.samples * size)
  const batchSize = task.batch * size
  const run = (batches: number) => {
    for (let i = 0; i < batches; i++) {
      const from = (i * batchSize) % values.length
      inference.run(values.subarray(from, from + batchSize))
    }
  }
  run(3)
  return () => rate(task, () => run(task.batches))
}

function rate({ batch, batches }: WorkerTask, work: () => void): Promise<{ value: number }> {
  const from = performance.now()
  work()
  return Promise.resolve({ value: (batch * batches * 1000) / (performance.now() - from) })
}
