import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Prediction } from '../../../contract/runs.ts'
import type { Manifest, TrainJob } from '../../../contract/trainer.ts'
import type { HeadTotals, SampleResult } from '../../metrics/head-totals.ts'
import { chosenThresholds } from '../../metrics/tag-metrics.ts'
import { DEFAULT_THRESHOLD, type HeadInfo } from '../../network/head-info.ts'
import { splitMetrics } from '../../metrics/split-metrics.ts'
import { type RunScope, placeOf } from './run-scope.ts'
import { evaluate, evaluationBatch, type EvaluationParts } from '../model/evaluate.ts'
import { createInference, valuesOf } from '../model/inference.ts'
import type { Learner } from './learner.ts'
import { reportAgreement } from './precision-agreement.ts'
import { saveModel } from '../model/save-model.ts'
import type { SplitName } from '../data/training-data.ts'
import { weightChanges } from '../model/weight-change.ts'

const SLICE = 500

/** After the last stage, or a stop: measures the test split with the learner that is kept, sends predictions and weight changes, and
 *  saves the model. False: cancelled on the way. */
export async function finishRun(scope: RunScope, job: TrainJob, trained: Learner): Promise<boolean> {
  const { reporter, runtime } = scope
  const { model, samples } = trained
  if (!scope.manifest.items.some(({ split }) => split === 'test')) {
    runtime.log(
      'warn',
      'The test split is empty: the run has no test figures, and validation figures flatter what they chose.',
    )
  }
  reporter.send({ type: 'weights', changes: weightChanges(model.network, trained.states, model, trained.start) })
  const weights = valuesOf(model)
  const inference = createInference(runtime, { network: model.network, weights, samples, precision: 'float32' })
  try {
    const learner = await withThresholds(scope, trained, { samples, forward: inference.run })
    if (learner === null) return false
    const { headRecords: heads, heads: infos } = learner
    saveModel(join(job.folder, 'model'), { model, preprocessing: job.preprocessing, heads, infos })
    for (const split of ['validation', 'test', 'train'] as const) {
      const totals = await predictSplit(scope, learner, split, { samples, forward: inference.run })
      if (totals === null) return false
      if (split === 'test') reportTest(scope, learner, totals)
    }
    if (samples.layer !== null && job.spec.prefixPrecision !== 'float32') {
      return await reportAgreement(scope, learner, { samples, forward: inference.run })
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

/** The learner with a threshold for each tag, chosen on the validation split. null: cancelled on the way. */
async function withThresholds(scope: RunScope, learner: Learner, using: Using): Promise<Learner | null> {
  if (learner.heads.every(({ type }) => type !== 'tags')) return learner
  const totals = await measure(scope, learner, 'validation', using)
  if (totals === null) return null
  const heads = learner.heads.map((head, h): HeadInfo => {
    if (head.tags === undefined) return head
    const chosen = chosenThresholds(totals[h]!, head.classes.length)
    const few = head.classes.filter((_, tag) => chosen[tag] === null)
    if (few.length > 0) scope.runtime.log('info', fewWords(head, few))
    return { ...head, tags: { ...head.tags, thresholds: chosen.map((value) => value ?? DEFAULT_THRESHOLD) } }
  })
  return { ...learner, heads }
}

function fewWords({ name }: HeadInfo, few: readonly string[]): string {
  const names = few.length > 5 ? `${few.slice(0, 5).join(', ')} and ${few.length - 5} more` : few.join(', ')
  return `Too few validation items with and without ${names} (${name}) to choose a threshold: it stays ${DEFAULT_THRESHOLD}.`
}

/** Every sample of a split as the final model sees it (never augmented), sent in slices per head. */
async function predictSplit(scope: RunScope, learner: Learner, split: SplitName, using: Using) {
  const { reporter, manifest } = scope
  const { heads } = learner
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
  const totals = await measure(scope, learner, split, using, onSample)
  heads.forEach((_, h) => sendRows(h, true))
  return totals
}

async function measure(
  { runtime, job }: RunScope,
  { heads, data }: Learner,
  split: SplitName,
  using: Using,
  onSample?: (row: number, head: number, result: SampleResult) => void,
) {
  const batchSize = evaluationBatch(using.samples, job.spec.batchSize)
  const parts = { ...using, heads, targets: data.targets, batchSize }
  const between = async () => {
    await setImmediate()
    return !runtime.signal.aborted
  }
  return evaluate(parts, data.rows[split], between, onSample)
}

function prediction(
  manifest: Manifest,
  { headRecords, heads, data }: Learner,
  { row, h, result }: { row: number; h: number; result: SampleResult },
): Prediction {
  const item = manifest.items[row]!
  const head = headRecords[h]!
  const target = data.targets[h]![row]!
  const place = { itemId: item.id, name: item.name, confidence: result.confidence, loss: result.loss }
  const { tags } = heads[h]!
  if (tags !== undefined) {
    const named = (isThere: (tag: number) => boolean) => head.classes.filter((_, tag) => isThere(tag))
    const scores = [...(result.scores ?? [])]
    const own = tags.sets[target]
    const expected = own === undefined ? null : named((tag) => own.includes(tag))
    return { ...place, expected, predicted: named((tag) => scores[tag]! >= tags.thresholds[tag]!), scores }
  }
  const nameOf = (value: number) => (head.type === 'classification' ? (head.classes[value] ?? String(value)) : value)
  return { ...place, expected: Number.isNaN(target) ? null : nameOf(target), predicted: nameOf(result.predicted) }
}
