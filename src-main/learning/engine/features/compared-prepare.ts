import type { Reporter } from '../loop/reporter.ts'
import type { Samples } from '../data/training-data.ts'
import type { Phase } from '../step/phase.ts'
import { calibrationRows } from '../frozen/calibrate.ts'
import { comparedRows } from './compared-rows.ts'
import { featureCosines } from './feature-cosines.ts'
import { featuresIn } from './features-in.ts'
import { createPrepare, type PrepareParts } from './prepare-features.ts'

/** Items that a run computes in float32 as well, to compare. */
export const RUN_COMPARED = 256

/** As `createPrepare`. Where features are computed in a lower precision it also says how near they are to float32's, which are computed for some items and
 *  cached under their own key. */
export function createComparedPrepare(parts: PrepareParts): ReturnType<typeof createPrepare> {
  const features = createPrepare(parts)
  const { prefixPrecision } = parts.job.spec
  if (prefixPrecision === 'float32') return features
  const prepare = async (phase: Phase, reporter: Reporter): Promise<Samples | null> => {
    const samples = await features.prepare(phase, reporter)
    if (samples === null || phase.cachedUpTo === null) return samples
    return (await sendCosines(parts, samples, phase.cachedUpTo, reporter)) ? samples : null
  }
  return { prepare, close: features.close }
}

/** False: interrupted. */
async function sendCosines(parts: PrepareParts, samples: Samples, layer: string, reporter: Reporter): Promise<boolean> {
  const compared = comparedRows(parts.data, calibrationRows(parts.data.hashes, parts.data.rows.train), RUN_COMPARED)
  if (compared === null) {
    parts.runtime.log(
      'info',
      'Every item is one that calibration looks at: how near features are to float32’s is not measured.',
    )
    return true
  }
  const { split, rows } = compared
  const exact = await exactFeatures(parts, layer, rows, reporter)
  if (exact === null) return false
  try {
    const cosine = await featureCosines(exact.samples, samples, rows)
    const agreement = { items: rows.length, split, cosine, top1: null, accuracy: null }
    reporter.send({ type: 'feature-agreement', agreement })
  } finally {
    exact.close()
  }
  return true
}

/** Float32 features of the rows that are compared. null: interrupted. */
export function exactFeatures(
  parts: PrepareParts,
  layer: string,
  rows: readonly number[],
  reporter: Pick<Reporter, 'send'>,
): ReturnType<typeof featuresIn> {
  return featuresIn(parts, {
    precision: 'float32',
    layer,
    rows: { train: [], validation: rows },
    onMessage(message) {
      if (message.type === 'progress')
        reporter.send({ ...message, message: 'Computing features in float32, to compare' })
    },
  })
}
