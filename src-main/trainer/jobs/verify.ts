import type { VerifyJob } from '../../contract/trainer.ts'
import { findExporter } from '../../learning/exporters/find-exporter.ts'
import type { Tf } from '../../learning/runtime.ts'
import { readAllFloat32 } from '../../learning/weights/safetensors.ts'
import { readScales } from '../../learning/exporters/sidecars.ts'
import { inOwnUnit } from '../../learning/metrics/own-unit.ts'
import type { RunJob } from '../job-context.ts'
import { loadTensorflow } from '../tf.ts'
import { singleOperations } from '../thread-pools.ts'

/** Loads an export from its files alone, and answers its outputs, numbers in their own unit. Nothing of the network that was trained is in this
 *  process. */
export const runVerify: RunJob<VerifyJob> = async (job, { send, signal }) => {
  const exporter = findExporter(job.format)
  if (exporter.load === undefined) throw new Error(`Graft has no runtime of ${job.format}.`)
  const tf = exporter.runtime === 'tensorflow' ? loadTensorflow(singleOperations(0)) : await plainTensorflow()
  const inputs = readAllFloat32(job.inputs).get('x')
  if (!inputs) throw new Error('The inputs file has no `x`.')
  const predict = await exporter.load(tf, job.folder)
  const scales = readScales(job.folder)
  const [count = 0, ...shape] = inputs.shape
  const size = shape.reduce((total, value) => total * value, 1)
  const outputs: number[][][] = []
  for (let index = 0; index < count; index++) {
    signal.throwIfAborted()
    // One by one with a pause: the heartbeat must get through.
    await new Promise((resolve) => setImmediate(resolve))
    const values = inputs.values.slice(index * size, (index + 1) * size)
    const heads = tf.tidy(() => predict(tf.tensor(values, [1, ...shape])).map((tensor) => [...tensor.dataSync()]))
    if (heads.some((outputs) => !outputs.every(Number.isFinite))) throw new Error('An output is not a number.')
    heads.forEach((values, head) => (outputs[head] ??= []).push([...inOwnUnit(scales[head] ?? {}, values)]))
  }
  await send({ type: 'verified', outputs })
}

/** Another implementation's arithmetic: kernels in WebAssembly, about ten times as fast as those in JavaScript. */
async function plainTensorflow(): Promise<Tf> {
  const tf = (await import('@tensorflow/tfjs')) as unknown as Tf
  await import('@tensorflow/tfjs-backend-wasm')
  await tf.setBackend('wasm')
  return tf
}
