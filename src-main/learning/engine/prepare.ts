import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { TrainJob } from '../../contract/trainer.ts'
import type { Lab, Tensor } from '../lab.ts'
import { inferNetwork } from '../network/infer.ts'
import type { Phase } from '../strategies/strategy.ts'
import { cachedSamples, featureKey, neededFeatures } from './cached-samples.ts'
import { type FeatureCache, openFeatureCache, prefixKey } from './feature-cache.ts'
import { normalise } from './feed.ts'
import type { Model } from './model.ts'
import type { Reporter } from './reporter.ts'
import type { Interruption } from './session.ts'
import type { Samples, TrainingData } from './training-data.ts'

const PROGRESS_INTERVAL_MS = 100

export interface PrepareParts {
  readonly lab: Lab
  readonly job: Pick<TrainJob, 'cacheFolder' | 'spec' | 'network'>
  readonly model: Model
  readonly data: TrainingData
  readonly requested: () => Interruption | null
  readonly memoryMegabytes: number
}

/** Gives each phase its samples: the data's own, or features at its cut, computed where the cache lacks them. */
export function createPrepare(parts: PrepareParts) {
  const opened: FeatureCache[] = []
  const prepare = async (phase: Phase, reporter: Reporter): Promise<Samples | null> => {
    const layer = phase.cachedUpTo
    if (layer === null) return parts.data.samples
    const shape = inferNetwork(parts.job.network).shapes.get(layer)!
    const key = prefixKey(parts.model, layer, parts.data.preprocessingKey)
    const length = shape.reduce((total, value) => total * value, 1)
    const cache = openFeatureCache(join(parts.job.cacheFolder, 'features', key), length)
    opened.push(cache)
    const isDone = await fill(parts, cache, { layer, length, phase, reporter })
    if (!isDone) return null
    const memoryBytes = parts.memoryMegabytes * 2 ** 20
    return cachedSamples(parts.data, cache, { layer, shape, seed: parts.job.spec.seed, memoryBytes })
  }
  return { prepare, close: () => opened.forEach((cache) => cache.close()) }
}

interface Fill {
  readonly layer: string
  readonly length: number
  readonly phase: Phase
  readonly reporter: Reporter
}

/** Computes the missing features; false when interrupted (what is done is kept). */
async function fill(parts: PrepareParts, cache: FeatureCache, fill: Fill): Promise<boolean> {
  const { lab, data } = parts
  const started = lab.now()
  const needed = neededFeatures(data)
  const keyed = needed.map((need) => ({ ...need, key: featureKey(data, need.row, need.copy) }))
  const missing = [...new Map(keyed.filter(({ key }) => !cache.has(key)).map((need) => [need.key, need])).values()]
  const hits = needed.length - missing.length
  const batchSize = parts.job.spec.batchSize
  let toldAt = -Infinity
  try {
    for (let at = 0; at < missing.length; at += batchSize) {
      if (lab.signal.aborted || parts.requested() !== null) return false
      computeBatch(parts, cache, missing.slice(at, at + batchSize), fill)
      const done = Math.min(at + batchSize, missing.length)
      if (lab.now() - toldAt >= PROGRESS_INTERVAL_MS || done === missing.length) {
        fill.reporter.send({ type: 'progress', done, total: missing.length, message: 'Computing features' })
        toldAt = lab.now()
      }
      await setImmediate()
    }
  } finally {
    cache.flush()
  }
  const seconds = (lab.now() - started) / 1000
  const bytes = needed.length * fill.length * 4
  fill.reporter.send({ type: 'cache', layer: fill.layer, items: needed.length, hits, bytes, seconds })
  return true
}

/** The frozen prefix in inference mode on one batch. */
function computeBatch(
  { lab: { tf }, model, data }: PrepareParts,
  cache: FeatureCache,
  batch: readonly { row: number; copy: number; key: string }[],
  { layer, length }: Fill,
): void {
  const { samples, copies } = data
  const size = samples.shape.reduce((total, value) => total * value, 1)
  const values = new Float32Array(batch.length * size)
  for (const [i, { row, copy }] of batch.entries()) {
    if (copy === 0) samples.read(row, values, i * size)
    else copies!.read(row, copy, values, i * size)
  }
  const features: Tensor = tf.tidy(() => {
    const x = normalise(tf, samples, tf.tensor(values, [batch.length, ...samples.shape]))
    return model.forward(x, { outputs: [layer] })[0]!
  })
  const rows = features.dataSync<'float32'>()
  features.dispose()
  for (const [i, { key }] of batch.entries()) cache.add(key, rows.slice(i * length, (i + 1) * length))
}
