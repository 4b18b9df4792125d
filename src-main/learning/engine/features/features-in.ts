import type { PrefixPrecision } from '../../../contract/prefix-precision.ts'
import type { ChildMessage } from '../../../contract/trainer.ts'
import type { Reporter } from '../loop/reporter.ts'
import type { Samples, TrainingData } from '../data/training-data.ts'
import { createPrepare, type PrepareParts } from './prepare-features.ts'

export interface FeaturesIn {
  readonly precision: PrefixPrecision
  readonly layer: string
  /** Instead of the data's splits. */
  readonly rows: Pick<TrainingData['rows'], 'train' | 'validation'>
  /** Gets what is told meanwhile; the run's own account of its features is left alone. */
  readonly onMessage: (message: ChildMessage) => void
}

/** Features of some rows, as they are, in one precision: read from the cache that runs share, computed where it lacks them. null: interrupted. */
export async function featuresIn(
  parts: PrepareParts,
  { precision, layer, rows, onMessage }: FeaturesIn,
): Promise<{ samples: Samples; close(): void } | null> {
  const { job, data } = parts
  const features = createPrepare({
    ...parts,
    job: { ...job, spec: { ...job.spec, prefixPrecision: precision } },
    data: { ...data, rows: { ...rows, test: [] }, copies: null },
  })
  const none = new Set<string>()
  const phase = { name: '', epochs: 0, learningRate: 0, trained: none, trainingMode: none, rateFactor: new Map() }
  try {
    const samples = await features.prepare({ ...phase, cachedUpTo: layer }, listener(onMessage))
    if (samples !== null) return { samples, close: features.close }
  } catch (error) {
    features.close()
    throw error
  }
  features.close()
  return null
}

function listener(send: Reporter['send']): Reporter {
  return { send, record: () => undefined, flush: () => undefined, recorded: () => Promise.resolve() }
}
