import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Prediction } from '../../../contract/runs.ts'
import type { Manifest, TrainJob } from '../../../contract/trainer.ts'
import type { HeadTotals } from '../../metrics/head-metrics.ts'
import { splitMetrics } from '../../metrics/split-metrics.ts'
import { type RunScope, placeOf } from './run-scope.ts'
import { evaluate, evaluationBatch, type EvaluationParts, type SampleResult } from '../model/evaluate.ts'
import { createInference, valuesOf } from '../model/inference.ts'
import type { Learner } from './learner.ts'
import { reportAgreement } from './precision-agreement.ts'
import { saveModel } from '../model/save-model.ts'
import type { SplitName } from '../data/training-data.ts'
import { weightChanges } from '../model/weight-change.ts'

const SLICE = 500

/** After the last stage, or a stop: measures the test split with the learner that is kept, sends predictions and weight changes, and
 *  saves the model. False: cancelled on the way. */
export async function finishRun(scope: RunScope, job: TrainJob, learner: Learner): Promise<boolean> {
  const { reporter, runtime } = scope
  const { model, heads, samples, headRecords } = learner
  saveModel(join(job.folder, 'model'), {
    model,
    preprocessing: job.preprocessing,
    heads: headRecords,
    infos: heads,
  })
  if (!scope.manifest.items.some(({ split }) => split === 'test')) {
    runtime.log(
      'warn',
      'The test split is empty: the run has no test figures, and validation figures flatter what they chose.',
    )
  }
  reporter.send({ type: 'weights', changes: weightChanges(model.network, learner.states, model, learner.start) })
  const weights = valuesOf(model)
  const inference = createInference(runtime, { network: model.network, weights, samples, precision: 'float32' })
  try {
    for (const split of ['validation', 'test', 'train'] as const) {
      const totals = await predictSplit(scope, learner, split, { samples, forward: inference.run })
      if (totals === null) return false
      if (split === 'test') reportTest(scope, learner, totals)
    }
    if (samples.layer !== null && job.spec.prefixPrecision !== 'float32') {
      await reportAgreement(scope, learner, { samples, forward: inference.run })
    }
  } finally {
    inference.dispose()
  }
  return true
}

function reportTest(scope: RunScope, { heads }: Learner, totals: HeadTotals[]): void {
  scope.reporter.record(splitMetrics('test', heads, totals), { ...placeOf(scope), phase: 'test' })
  scope.reporter.flush()
}

type Using = Pick<EvaluationParts, 'samples' | 'forward'>

/** Every sample of a split as the final model sees it (never augmented), sent in slices per head. */
async function predictSplit(scope: RunScope, learner: Learner, split: SplitName, using: Using) {
  const { runtime, reporter, manifest, job } = scope
  const { heads, data } = learner
  const rows: Prediction[][] = heads.map(() => [])
  const hasSent = heads.map(() => false)
  const sendRows = (h: number, isLast: boolean) => {
    if (rows[h]!.length < SLICE && !(isLast && rows[h]!.length > 0)) return
    reporter.send({ type: 'predictions', split, head: heads[h]!.name, rows: rows[h]!, first: !hasSent[h] })
    rows[h] = []
    hasSent[h] = true
  }
  const onSample = (row: number, h: number, result: SampleResult) => {
    rows[h]!.push(prediction(manifest, learner, { row, h, result }))
    sendRows(h, false)
  }
  const batchSize = evaluationBatch(using.samples, job.spec.batchSize)
  const parts = { ...using, heads, targets: data.targets, batchSize }
  const between = async () => {
    await setImmediate()
    return !runtime.signal.aborted
  }
  const totals = await evaluate(parts, data.rows[split], between, onSample)
  heads.forEach((_, h) => sendRows(h, true))
  return totals
}

function prediction(
  manifest: Manifest,
  { headRecords, data }: Learner,
  { row, h, result }: { row: number; h: number; result: SampleResult },
): Prediction {
  const item = manifest.items[row]!
  const head = headRecords[h]!
  const target = data.targets[h]![row]!
  const nameOf = (value: number) => (head.type === 'classification' ? (head.classes[value] ?? String(value)) : value)
  return {
    itemId: item.id,
    name: item.name,
    expected: Number.isNaN(target) ? null : nameOf(target),
    predicted: nameOf(result.predicted),
    confidence: result.confidence,
    loss: result.loss,
  }
}
