import { fallsTooFar, fallWords } from '../../../base/precision-verdict.ts'
import type { FeatureAgreement } from '../../../contract/precision.ts'
import type { HeadInfo } from '../../network/head-info.ts'
import { type EvaluationParts, predictRows } from '../model/evaluate.ts'
import { calibrationRows } from '../frozen/calibrate.ts'
import { exactFeatures, RUN_COMPARED } from '../features/compared-prepare.ts'
import { comparedRows } from '../features/compared-rows.ts'
import { featureCosines } from '../features/feature-cosines.ts'
import type { RunScope } from './run-scope.ts'
import type { Learner } from './learner.ts'

const BATCH = 32

/** Runs the trained head on float32's features and on those of lower precision that it was trained on, for up to 256 validation samples that calibration did
 *  not see (training samples where there are none), and tells how far they agree. Where accuracy falls by more than the bound the log warns. False:
 *  cancelled on the way. */
export async function reportAgreement(
  scope: RunScope,
  { model, data, heads }: Learner,
  { samples, forward }: Pick<EvaluationParts, 'samples' | 'forward'>,
): Promise<boolean> {
  const { runtime, reporter, job, variants } = scope
  const compared = comparedRows(data, calibrationRows(data.hashes, data.rows.train), RUN_COMPARED)
  if (compared === null || samples.layer === null) return true
  const { rows, split } = compared
  // A run that was told to stop still measures what it keeps.
  const parts = { runtime, job, model, data, requested: () => null, memoryMegabytes: variants.memoryMegabytes }
  const features = await exactFeatures(parts, samples.layer, rows, reporter)
  if (features === null) return false
  try {
    const exact = await outputsOf({ samples: features.samples, forward }, rows)
    const rounded = await outputsOf({ samples, forward }, rows)
    const answers = heads.flatMap((head, h) => {
      if (head.type !== 'classification') return []
      return [answersOf(head, data.targets[h]!, rows, [exact[h]!, rounded[h]!])]
    })
    const top1 = answers.length === 0 ? null : Math.min(...answers.map((head) => head.top1))
    const maxDifference = Math.max(...exact.map((values, h) => largestDifference(values, rounded[h]!)))
    const cosine = await featureCosines(features.samples, samples, rows)
    const agreement = { items: rows.length, split, cosine, top1, accuracy: worst(answers) }
    reporter.send({ type: 'agreement', samples: rows.length, top1, maxDifference })
    reporter.send({ type: 'feature-agreement', agreement })
    const { prefixPrecision } = job.spec
    if (fallsTooFar(agreement)) runtime.log('warn', fallWords(prefixPrecision, agreement))
  } finally {
    features.close()
  }
  return true
}

/** Per head, the raw outputs of all rows. */
async function outputsOf(parts: Pick<EvaluationParts, 'samples' | 'forward'>, rows: readonly number[]) {
  const heads: number[][] = []
  for await (const { outputs } of predictRows({ ...parts, batchSize: BATCH }, rows)) {
    outputs.forEach((values, h) => (heads[h] ??= []).push(...values))
  }
  return heads
}

/** One head on both features: share of equal classes, and both accuracies on the rows that have one. */
function answersOf(
  { classes }: HeadInfo,
  targets: Float64Array,
  rows: readonly number[],
  [exact, rounded]: readonly [readonly number[], readonly number[]],
) {
  const width = classes.length
  const classesOf = (values: readonly number[]) =>
    rows.map((_, i) => {
      const scores = values.slice(i * width, (i + 1) * width)
      return scores.indexOf(Math.max(...scores))
    })
  const [a, b] = [classesOf(exact), classesOf(rounded)]
  const labelled = [...rows.keys()].filter((i) => !Number.isNaN(targets[rows[i]!]!))
  const share = (of: readonly number[]) => labelled.filter((i) => of[i] === targets[rows[i]!]).length / labelled.length
  return {
    top1: a.filter((answer, i) => answer === b[i]).length / rows.length,
    accuracy: labelled.length === 0 ? null : { float32: share(a), here: share(b) },
  }
}

/** Of several heads the one whose accuracy falls most. */
function worst(answers: readonly { accuracy: FeatureAgreement['accuracy'] }[]): FeatureAgreement['accuracy'] {
  const fall = (accuracy: NonNullable<FeatureAgreement['accuracy']>) => accuracy.float32 - accuracy.here
  return answers.reduce<FeatureAgreement['accuracy']>((most, { accuracy }) => {
    return accuracy !== null && (most === null || fall(accuracy) > fall(most)) ? accuracy : most
  }, null)
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0)
}
