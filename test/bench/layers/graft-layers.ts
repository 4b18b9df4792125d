import { cpus } from 'node:os'
import { encodeFrozen } from '../../../src-main/learning/engine/frozen/encode-frozen.ts'
import type { FrozenProgram } from '../../../src-main/learning/engine/frozen/frozen-program.ts'
import { floatPart } from '../../../src-main/learning/engine/frozen/float-part.ts'
import { loadFrozen, type ProfiledFrozen } from '../../../src-main/trainer/frozen.ts'
import { labFor, noise, type Prepared, readNetwork } from '../engine/graft-training.ts'
import { int8ProgramOf } from '../engine/int8-program-of.ts'
import type { WorkerTask } from '../engine/worker.ts'
import { frozenLayers } from './frozen-layers.ts'

const WARM_UPS = 3

/** Runs a network as Graft does, between two marks: ONEDNN_VERBOSE=1 has TensorFlow's oneDNN write a line for each call, the native kernels are asked
 *  for the time of each step.
 *  usage: graft-layers.ts NETWORK PRECISION BATCH CALLS */
const [file, precision, batch, calls] = process.argv.slice(2) as [string, WorkerTask['precision'], string, string]
const task: WorkerTask = {
  ...{ kind: 'features', network: file, batch: Number(batch), batches: Number(calls), samples: Number(batch) },
  ...{ optimizer: 'sgd', precision },
}
const prepared = readNetwork(task)
const values = noise(task.batch * prepared.size)
const runtime = labFor(task)
if (precision === 'int8') inProgram(kernels(), await int8ProgramOf(runtime, prepared, values))
else inFloat(prepared, precision)

function kernels(): ProfiledFrozen {
  const { frozen, frozenAbsence } = loadFrozen()
  if (frozen === undefined) throw new Error(frozenAbsence)
  return frozen
}

function inProgram(native: ProfiledFrozen, made: FrozenProgram): void {
  const handle = native.load(encodeFrozen(made))
  const { height, width, channels } = made.tensors.at(-1)!
  const output = new Float32Array(task.batch * height * width * channels)
  const run = () => native.run(handle, values, task.batch, output, cpus().length)
  timed(run, () => native.profile(handle))
  const layers = frozenLayers(made, native.profile(handle), task.batch * task.batches)
  process.stdout.write(`@layers ${JSON.stringify(layers)}\n`)
}

/** By the kernels where they have all of its steps, else by TensorFlow. */
function inFloat({ network, weights, shape }: Prepared, float: 'float32' | 'bfloat16'): void {
  const samples = { shape, layer: null, storage: 'float32', normalisation: null } as const
  const part = floatPart({ ...runtime, ...loadFrozen() }, { network, weights, samples, precision: float })
  if (part.program !== null) return inProgram(kernels(), part.program)
  const inference = part.start()
  timed(() => inference.run(values))
}

/** @param onBegin when the warm-up is done */
function timed(run: () => void, onBegin: () => void = () => undefined): void {
  for (let i = 0; i < WARM_UPS; i++) run()
  onBegin()
  process.stdout.write('@begin\n')
  const from = performance.now()
  for (let i = 0; i < task.batches; i++) run()
  process.stdout.write(`@end ${performance.now() - from}\n`)
}
