import { createInference } from '../../../src-main/learning/engine/inference.ts'
import { inferNetwork } from '../../../src-main/learning/network/infer.ts'
import { lab, networkOf, noise, trainingOf, weightsOf } from './graft-training.ts'
import { serve, type WorkerTask } from './worker.ts'

serve((task) => Promise.resolve(task.kind === 'features' ? features(task) : training(task)))

function rate(samples: number, work: () => void): { value: number } {
  const from = performance.now()
  work()
  return { value: (samples * 1000) / (performance.now() - from) }
}

function training(task: WorkerTask) {
  const { work, warmUp } = trainingOf(task)
  warmUp()
  return () => Promise.resolve(rate(task.batches * task.batch, work))
}

function features(task: WorkerTask) {
  const network = networkOf(task)
  const shape = inferNetwork(network).shapes.get(network.layers[0]!.name)!
  const samples = { shape, layer: null, storage: 'float32', normalisation: null } as const
  const { precision } = task
  const inference = createInference(lab, { network, weights: weightsOf(network), samples, precision })
  const batch = noise(task.batch * shape.reduce((total, value) => total * value, 1))
  for (let i = 0; i < 3; i++) inference.run(batch)
  const work = () => {
    for (let i = 0; i < task.batches; i++) inference.run(batch)
  }
  return () => Promise.resolve(rate(task.batches * task.batch, work))
}
