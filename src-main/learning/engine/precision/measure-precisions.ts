import { ACCURACY_BOUND } from '../../../contract/accuracy-bound.ts'
import { GraftError } from '../../../contract/errors.ts'
import type { Calibration, FeatureAgreement, MeasuredPrecision, PrecisionReport } from '../../../contract/precision.ts'
import { PrefixPrecision } from '../../../contract/prefix-precision.ts'
import { inferNetwork } from '../../network/infer.ts'
import type { Samples } from '../data/training-data.ts'
import { featureCosines } from '../features/feature-cosines.ts'
import { featuresIn } from '../features/features-in.ts'
import type { PrepareParts } from '../features/prepare-features.ts'
import type { Learner } from '../run/learner.ts'
import { type RunScope, throwIfInterrupted } from '../run/run-scope.ts'
import { Interrupted } from '../run/staged-run.ts'
import { accuracyOf, headAnswers, type HeadTask, sameAnswers } from './compare-heads.ts'
import { frozenSpeed } from './frozen-speed.ts'
import { type MeasuredRows, measuredRows } from './measured-rows.ts'
import { precisionRefusal } from './precision-refusal.ts'

export type MeasuredPrecisions = Pick<PrecisionReport, 'bound' | 'layer' | 'options' | 'calibration'>

interface Measuring {
  readonly scope: RunScope
  readonly parts: PrepareParts
  readonly layer: string
  readonly rows: MeasuredRows
  /** null: nothing is classified, or too little is labelled. */
  readonly task: HeadTask | null
}

/** What float32's features came to, which the others are compared with. */
interface Exact {
  readonly samples: Samples
  readonly answers: Int32Array | null
}

/** Speed of the frozen part up to `layer` in each precision, and how near its features are to float32's, on up to 1,000 validation rows (training rows where
 *  there are none for validation) that calibration does not see.
 *
 *  - cosine: of a row's features in both;
 *  - top1: share of these rows for which two linear heads give the same class: one fitted to float32's features of up to 2,000 training rows and asked on
 *    float32's features, the other fitted to this precision's features of the same rows and asked on this precision's;
 *  - accuracy: of these two heads, on the rows that have a class of the first classification head.
 *
 *  Features come from the cache that runs share, and go there. Throws `Interrupted`. */
export async function measurePrecisions(scope: RunScope, learner: Learner, layer: string): Promise<MeasuredPrecisions> {
  const { runtime, job, requested } = scope
  const shape = inferNetwork(learner.model.network).shapes.get(layer)!
  const rows = measuredRows(learner.data, shape.reduce((total, side) => total * side, 1)) // prettier-ignore
  const parts = { runtime, job, model: learner.model, data: learner.data, requested, memoryMegabytes: 1024 }
  const measuring = { scope, parts, layer, rows, task: headTask(learner, rows) }
  const options: MeasuredPrecision[] = []
  const opened: { close(): void }[] = []
  let exact: Exact | null = null
  let calibration: Calibration | null = null
  try {
    for (const precision of PrefixPrecision.options) {
      const found = await measureOne(measuring, precision, exact, opened)
      options.push(found.measured)
      calibration ??= found.calibration
      exact ??= found.features
    }
  } finally {
    opened.forEach((each) => each.close())
  }
  return { bound: ACCURACY_BOUND, layer, options, calibration }
}

async function measureOne(
  measuring: Measuring,
  precision: PrefixPrecision,
  exact: Exact | null,
  opened: { close(): void }[],
) {
  const nothing = { calibration: null, features: null }
  const reason = precisionRefusal(precision, measuring.parts.model.network, measuring.layer)
  if (reason !== null)
    return { ...nothing, measured: refused(precision, `${reason[0]!.toUpperCase()}${reason.slice(1)}.`) }
  try {
    return await measureHere(measuring, precision, exact, opened)
  } catch (error) {
    const isRefusal = error instanceof GraftError && error.code === REFUSED && exact !== null
    if (!isRefusal) throw error
    return { ...nothing, measured: refused(precision, error.message) }
  }
}

/** What only the weights or the kernels themselves tell: float32 has no such limits. */
const REFUSED = 'E_RUN_SPEC'

function refused(precision: PrefixPrecision, refusal: string): MeasuredPrecision {
  return { precision, refusal, itemsPerSecond: null, agreement: null }
}

async function measureHere(
  { scope, parts, layer, rows, task }: Measuring,
  precision: PrefixPrecision,
  exact: Exact | null,
  opened: { close(): void }[],
) {
  let calibration: Calibration | null = null
  const tell = (message: string) => throwIfInterrupted(scope, { done: 0, total: 1, message })
  const features = await featuresIn(parts, {
    precision,
    layer,
    rows: { train: rows.train, validation: rows.compared?.rows ?? [] },
    onMessage(message) {
      if (message.type === 'progress') scope.reporter.send({ ...message, message: `${precision}: ${message.message}` })
      if (message.type === 'calibration') ({ calibration } = message)
    },
  })
  if (features === null) throw new Interrupted('cancel')
  opened.push(features)
  await tell(`${precision}: measuring its speed`)
  const itemsPerSecond = await frozenSpeed(parts, { precision, layer, rows: rows.train })
  if (itemsPerSecond === null) throw new Interrupted('cancel')
  await tell(`${precision}: comparing heads`)
  const { samples } = features
  const answers = task === null ? null : await headAnswers(scope.runtime, samples, task)
  const agreement = exact === null ? null : await agreementOf(rows, task, exact, { samples, answers })
  const measured: MeasuredPrecision = { precision, refusal: null, itemsPerSecond, agreement }
  return { measured, calibration, features: { samples, answers } }
}

async function agreementOf(
  { compared }: MeasuredRows,
  task: HeadTask | null,
  exact: Exact,
  here: Exact,
): Promise<FeatureAgreement | null> {
  if (compared === null) return null
  const cosine = await featureCosines(exact.samples, here.samples, compared.rows)
  const facts = { items: compared.rows.length, split: compared.split, cosine }
  if (task === null || exact.answers === null || here.answers === null) return { ...facts, top1: null, accuracy: null }
  const accuracies = [accuracyOf(exact.answers, task), accuracyOf(here.answers, task)] as const
  const [float32, own] = accuracies
  return {
    ...facts,
    top1: sameAnswers(exact.answers, here.answers),
    accuracy: float32 === null || own === null ? null : { float32, here: own },
  }
}

/** Of the first classification head. */
function headTask({ heads, data }: Learner, { train, compared }: MeasuredRows): HeadTask | null {
  const place = heads.findIndex(({ type }) => type === 'classification')
  if (place < 0 || compared === null) return null
  const targets = data.targets[place]!
  const fitted = train.filter((row) => !Number.isNaN(targets[row]!))
  const classes = heads[place]!.classes.length
  const areSeveral = new Set(fitted.map((row) => targets[row]!)).size >= 2
  return areSeveral ? { classes, targets, fitted, compared: compared.rows } : null
}
