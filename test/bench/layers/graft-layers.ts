import { createInference } from '../../../src-main/learning/engine/model/inference.ts'
import { labFor, noise, readNetwork } from '../engine/graft-training.ts'
import type { WorkerTask } from '../engine/worker.ts'

/** Runs a network as Graft does, between two marks: ONEDNN_VERBOSE=1 has TensorFlow's oneDNN write a line for each call.
 *  usage: graft-layers.ts NETWORK PRECISION BATCH CALLS */
const [file, precision, batch, calls] = process.argv.slice(2) as [string, WorkerTask['precision'], string, string]
const task: WorkerTask = {
  ...{ kind: 'features', network: file, batch: Number(batch), batches: Number(calls), samples: Number(batch) },
  ...{ optimizer: 'sgd', precision },
}
const { network, weights, shape, size } = readNetwork(task)
const samples = { shape, layer: null, storage: 'float32', normalisation: null } as const
const inference = createInference(labFor(task), { network, weights, samples, precision })
const values = noise(task.batch * size)
for (let i = 0; i < 3; i++) inference.run(values)
process.stdout.write('@begin\n')
const from = performance.now()
for (let i = 0; i < task.batches; i++) inference.run(values)
process.stdout.write(`@end ${performance.now() - from}\n`)
