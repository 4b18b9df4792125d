import type { Network } from '../../contract/network.ts'
import { GraftError } from '../../contract/errors.ts'
import type { RunModelJob } from '../../contract/trainer.ts'
import { explainWriteError } from '../../data/disk-error.ts'
import { createInference } from '../../learning/engine/model/inference.ts'
import { resizeNetwork } from '../../learning/network/resize-network.ts'
import { inferNetwork } from '../../learning/network/infer.ts'
import { networkToOutputs } from '../../learning/network/network-to-outputs.ts'
import { suggest } from '../../learning/network/suggest.ts'
import { readModelWeights } from '../../learning/weights/model-weights.ts'
import { float32Tensor, openSafetensors, writeSafetensors } from '../../learning/weights/safetensors.ts'
import { createRuntime } from '../create-runtime.ts'
import type { JobContext } from '../job-context.ts'
import { singleOperations } from '../thread-pools.ts'

const BATCH = 16

/** Raw numbers through a network, any layers of it, to a file. */
export async function runModel(job: RunModelJob, context: JobContext): Promise<void> {
  const { shape, values } = readInput(job.input)
  const asked = [...new Set(job.layers.length > 0 ? job.layers : job.network.outputs)]
  const names = asked.map((name) => layerNamed(job.network, name))
  const unique = [...new Set(names)]
  const network = networkToOutputs(resizeNetwork(job.network, shape.slice(1)), unique)
  const results = await compute(job, context, { network, shape, values })
  const tensors = asked.map((name, i) => {
    const { width, rows } = results[unique.indexOf(names[i]!)]!
    return float32Tensor(name, [shape[0]!, ...width], rows)
  })
  try {
    writeSafetensors(job.output, tensors)
  } catch (error) {
    throw explainWriteError(error, job.output)
  }
}

interface Numbers {
  readonly network: Network
  /** (N, H, W, C). */
  readonly shape: readonly number[]
  readonly values: Float32Array
}

async function compute(job: RunModelJob, context: JobContext, { network, shape, values }: Numbers) {
  const { weights: wanted, shapes } = inferNetwork(network)
  const [count = 0, ...sample] = shape
  const channels = sample[2] ?? 1
  const size = sample.reduce((total, side) => total * side, 1)
  const weights = await readModelWeights(job.weights, wanted)
  const samples = { shape: sample, layer: null, storage: 'float32', normalisation: null } as const
  const runtime = createRuntime(singleOperations(job.threads), context)
  const inference = createInference(runtime, { network, weights, samples, precision: 'float32' })
  const results = network.outputs.map((name) => {
    const width = shapes.get(name)!
    return { width, rows: new Float32Array(count * width.reduce((total, side) => total * side, 1)) }
  })
  try {
    for (let at = 0; at < count; at += BATCH) {
      context.signal.throwIfAborted()
      const rows = Math.min(BATCH, count - at)
      const batch = new Float32Array((count < BATCH ? count : BATCH) * size)
      batch.set(values.subarray(at * size, (at + rows) * size))
      if (job.isBgr) turnRound(batch, channels)
      inference.run(batch).forEach((all, i) => {
        const each = results[i]!.rows.length / count
        results[i]!.rows.set(all.subarray(0, rows * each), at * each)
      })
      await context.send({ type: 'progress', done: at + rows, total: count, message: 'Computing' })
    }
  } finally {
    inference.dispose()
  }
  return results
}

/** Red, green, blue becomes blue, green, red, in place. */
function turnRound(values: Float32Array, channels: number): void {
  for (let at = 0; at < values.length; at += channels) values.subarray(at, at + channels).reverse()
}

function readInput(path: string): Omit<Numbers, 'network'> {
  const file = openSafetensors(path)
  try {
    const entry = file.entries.find(({ name }) => name === 'input')
    if (entry?.dtype === 'F32' && entry.shape.length === 4 && !entry.shape.includes(0)) return file.readFloat32('input')
    const received =
      entry === undefined ? `${file.entries.length} others` : `${entry.dtype} [${entry.shape.join(', ')}]`
    throw new GraftError(
      'E_PREDICT_INPUT',
      `Expected one tensor \`input\` of float32, (N, H, W, C). Received: ${received}.`,
      {
        fix: 'Write the input as float32 under this name, one picture after the other.',
      },
    )
  } finally {
    file.close()
  }
}

function layerNamed({ layers }: Network, wanted: string): string {
  const found = layers.find(({ name }) => name === wanted) ?? layers.find(({ title }) => title === wanted)
  if (found !== undefined) return found.name
  const names = layers.map(({ name }) => name)
  const near = suggest(wanted, names)
  throw new GraftError('E_PREDICT_INPUT', `Expected a layer of the network. Received: ${wanted}.`, {
    fix: near[0] === undefined ? `There are: ${names.slice(0, 20).join(', ')}.` : `Did you mean ${near.join(', ')}?`,
  })
}
