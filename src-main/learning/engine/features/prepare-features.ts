import { join } from 'node:path'
import type { TrainJob } from '../../../contract/trainer.ts'
import { evictCacheEntries } from '../../../base/cache-entries.ts'
import type { Runtime } from '../../runtime.ts'
import { inferNetwork } from '../../network/infer.ts'
import type { Phase } from '../step/phase.ts'
import { cachedSamples, featureKey, neededFeatures } from './cached-samples.ts'
import { computeFeatures, type FeatureWork } from './compute-features.ts'
import { type FeatureCache, openFeatureCache } from './feature-cache.ts'
import { type FrozenPart, frozenPart } from './frozen-part.ts'
import type { Model } from '../model/model.ts'
import type { Reporter } from '../loop/reporter.ts'
import type { Interruption } from '../loop/training.ts'
import type { Samples, TrainingData } from '../data/training-data.ts'

const PROGRESS_INTERVAL_MS = 1000

export interface PrepareParts {
  readonly runtime: Runtime
  readonly job: Pick<TrainJob, 'cacheFolder' | 'cacheLimitBytes' | 'spec'>
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
    const { network } = parts.model
    const shape = inferNetwork(network).shapes.get(layer)!
    const { prefixPrecision } = parts.job.spec
    const part = await frozenPart(parts, { layer, precision: prefixPrecision }, reporter)
    if (part === null) return null
    const length = shape.reduce((total, value) => total * value, 1)
    const title = `${network.name} up to ${layer}${prefixPrecision === 'float32' ? '' : `, ${prefixPrecision}`}`
    const cache = openFeatureCache(join(parts.job.cacheFolder, 'features', part.key), length, title)
    opened.push(cache)
    const needed = neededFeatures(parts.data, phase.rows)
    const isDone = await fill(parts, cache, { part, layer, length, reporter, needed })
    evictCacheEntries(parts.job.cacheFolder, parts.job.cacheLimitBytes)
    if (!isDone) return null
    if (part.calibration !== null) reporter.send({ type: 'calibration', calibration: part.calibration })
    const memoryBytes = parts.memoryMegabytes * 2 ** 20
    return cachedSamples(parts.data, cache, { layer, shape, seed: parts.job.spec.seed, memoryBytes, needed })
  }
  return { prepare, close: () => opened.forEach((cache) => cache.close()) }
}

interface Fill {
  readonly part: FrozenPart
  readonly layer: string
  readonly length: number
  readonly reporter: Reporter
  readonly needed: readonly { readonly row: number; readonly copy: number }[]
}

/** Computes the missing features; false when interrupted (what is done is kept). */
async function fill(
  parts: PrepareParts,
  cache: FeatureCache,
  { part, layer, length, reporter, needed }: Fill,
): Promise<boolean> {
  const { runtime, data, job } = parts
  const started = runtime.now()
  const missing = missingFeatures(data, cache, needed)
  const hits = needed.filter(({ row, copy }) => cache.has(featureKey(data, row, copy))).length
  if (missing.length > 0) {
    const prefix = part.start()
    try {
      if (!(await computeAll(parts, { cache, prefix, missing }, reporter))) return false
    } finally {
      await cache.flush()
      prefix.dispose()
    }
  }
  const seconds = (runtime.now() - started) / 1000
  const bytes = needed.length * length * 4
  const precision = job.spec.prefixPrecision
  reporter.send({ type: 'cache', layer, items: needed.length, hits, bytes, seconds, precision })
  return true
}

/** What the cache lacks, each once; plain samples before augmented ones. */
function missingFeatures(data: TrainingData, cache: FeatureCache, needed: readonly { row: number; copy: number }[]) {
  const keyed = needed.map((need) => ({ ...need, key: featureKey(data, need.row, need.copy) }))
  const missing = [...new Map(keyed.filter(({ key }) => !cache.has(key)).map((need) => [need.key, need])).values()]
  return missing.sort((a, b) => Number(a.copy > 0) - Number(b.copy > 0))
}

function computeAll(
  { runtime, data, requested }: PrepareParts,
  work: FeatureWork,
  reporter: Reporter,
): Promise<boolean> {
  const total = work.missing.length
  let toldAt = -Infinity
  return computeFeatures(data, work, {
    isInterrupted: () => runtime.signal.aborted || requested() !== null,
    onBatch(done) {
      if (runtime.now() - toldAt < PROGRESS_INTERVAL_MS && done < total) return
      reporter.send({ type: 'progress', done, total, message: 'Computing features' })
      toldAt = runtime.now()
    },
  })
}
