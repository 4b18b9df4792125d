import type { MeasureSpeedJob } from '../../contract/trainer.ts'
import { initialWeights } from '../../learning/engine/model/initial-weights.ts'
import { measureNetwork } from '../../learning/engine/model/measure-inference.ts'
import { createRuntime } from '../create-runtime.ts'
import type { JobContext } from '../job-context.ts'
import { singleOperations } from '../thread-pools.ts'

/** Longer adds nothing to the figure; a network that takes as long for one batch is measured once. */
const MOST_MS = 5000

/** Images a second of a network in inference on this computer. */
export async function runMeasureSpeed({ network, threads }: MeasureSpeedJob, context: JobContext): Promise<void> {
  await context.send({ type: 'progress', done: 0, total: 1, message: 'Measuring' })
  const weights = initialWeights(network, { states: {}, base: null, seed: 0 })
  const runtime = createRuntime(singleOperations(threads), context)
  const { msPerSample } = measureNetwork(runtime, network, weights, MOST_MS)
  await context.send({ type: 'speed', imagesPerSecond: 1000 / msPerSample })
}
