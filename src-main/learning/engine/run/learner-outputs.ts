import type { Network } from '../../../contract/network.ts'
import { splitMetrics } from '../../metrics/split-metrics.ts'
import { networkToOutputs } from '../../network/network-to-outputs.ts'
import { type RunScope, throwIfInterrupted } from './run-scope.ts'
import { evaluate, evaluationBatch, predictRows } from '../model/evaluate.ts'
import { createInference, valuesOf } from '../model/inference.ts'
import type { Learner } from './learner.ts'
import type { Samples, SplitName, TrainingData } from '../data/training-data.ts'
import { Interrupted, type OutputOptions, type Reference } from './staged-run.ts'

/** Raw outputs in inference mode, one array per output, (rows * width) numbers. A reference sees the images with its own
 *  preprocessing. */
export async function outputsOf(
  scope: RunScope,
  of: Learner | Reference,
  rows: readonly number[],
  options: OutputOptions,
): Promise<Float32Array[]> {
  const { network, weights, samples } = await sourceOf(scope, of, rows, options)
  if (rows.length === 0) return network.outputs.map(() => new Float32Array())
  const inference = createInference(scope.runtime, { network, weights, samples, precision: 'float32' })
  try {
    const batchSize = evaluationBatch(samples, scope.job.spec.batchSize)
    let all: Float32Array[] = []
    let done = 0
    for await (const part of predictRows({ forward: inference.run, samples, batchSize }, rows)) {
      all =
        all.length > 0 ? all : part.outputs.map((v) => new Float32Array((v.length / part.rows.length) * rows.length))
      part.outputs.forEach((values, i) => all[i]!.set(values, (values.length / part.rows.length) * done))
      done += part.rows.length
      await throwIfInterrupted(scope)
    }
    return all
  } finally {
    inference.dispose()
  }
}

async function sourceOf(
  scope: RunScope,
  of: Learner | Reference,
  rows: readonly number[],
  { data, layers }: OutputOptions,
) {
  if ('files' in of) {
    const { network, preprocessing } = of.files
    const samples = await samplesFor(scope, data ?? scope.data, preprocessing)
    return { network: withOutputs(network, layers), weights: of.weights, samples }
  }
  const samples = layers === undefined ? ownSamples(of, rows, data) : (data ?? of.data).samples
  return { network: withOutputs(of.model.network, layers), weights: valuesOf(of.model), samples }
}

/** What a learner reads some rows from: its cached features where they are there, else the data themselves. */
function ownSamples(learner: Learner, rows: readonly number[], data: TrainingData = learner.data): Samples {
  const isCached = data === learner.data && learner.samples.layer !== null && isLabelled(learner.data, rows)
  return isCached ? learner.samples : data.samples
}

/** Cached features are there for the rows that a learner is trained and measured on. */
function isLabelled(data: TrainingData, rows: readonly number[]): boolean {
  const without = new Set(data.unlabelled)
  return rows.every((row) => !without.has(row))
}

/** A dataset's samples as another model takes them. */
async function samplesFor(
  { job, open, data: own }: RunScope,
  data: TrainingData,
  preprocessing: Reference['files']['preprocessing'],
): Promise<Samples> {
  if (JSON.stringify(preprocessing) === JSON.stringify(job.preprocessing)) return data.samples
  const source = data.source === undefined ? own.source : data.source
  return (await open(source ?? null, preprocessing)).data.samples
}

function withOutputs(network: Network, layers: readonly string[] | undefined): Network {
  return layers === undefined ? network : networkToOutputs(network, layers)
}

/** A learner's metrics on a split, by name without the split. */
export async function evaluateLearner(
  scope: RunScope,
  learner: Learner,
  split: SplitName,
  options: { data?: TrainingData; rows?: readonly number[] },
): Promise<Record<string, number>> {
  const { runtime, job } = scope
  const data = options.data ?? learner.data
  const rows = options.rows ?? data.rows[split]
  const samples = ownSamples(learner, rows, options.data)
  const weights = valuesOf(learner.model)
  const inference = createInference(runtime, { network: learner.model.network, weights, samples, precision: 'float32' })
  try {
    const batchSize = evaluationBatch(samples, job.spec.batchSize)
    const parts = { forward: inference.run, samples, heads: learner.heads, targets: data.targets, batchSize }
    const totals = await evaluate(parts, rows, async () => {
      await throwIfInterrupted(scope)
      return true
    })
    if (totals === null) throw new Interrupted('cancel')
    const metrics = splitMetrics(split, learner.heads, totals)
    return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name.slice(split.length + 1), value]))
  } finally {
    inference.dispose()
  }
}
