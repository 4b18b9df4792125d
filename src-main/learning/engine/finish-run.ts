import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Prediction } from '../../contract/runs.ts'
import type { Manifest, TrainJob } from '../../contract/trainer.ts'
import type { HeadTotals } from '../metrics/head-metrics.ts'
import { splitMetrics } from '../metrics/split-metrics.ts'
import { readVariables } from './checkpoint.ts'
import { evaluate, evaluationBatch, type EvaluationParts, type SampleResult } from './evaluate.ts'
import { createInference, valuesOf } from './inference.ts'
import { reportAgreement } from './precision-agreement.ts'
import type { WeightValues } from './initial-weights.ts'
import type { LoopEnd } from './loop.ts'
import { saveModel } from './save-model.ts'
import { bestWeightsFile, type Session } from './session.ts'
import type { SplitName } from './training-data.ts'
import { weightChanges } from './weight-change.ts'

const SLICE = 500

/** After the last epoch, or a stop: restores the best weights where early stopping asks for it, measures the test split,
 *  sends predictions and weight changes, and saves the model. Null: cancelled on the way. */
export async function finishRun(parts: {
  job: TrainJob
  manifest: Manifest
  start: WeightValues
  end: LoopEnd
}): Promise<'finished' | 'stopped' | null> {
  const { job, manifest, start, end } = parts
  const { session } = end
  const best = bestWeightsFile(session.checkpoints)
  if (job.spec.earlyStopping?.restoreBest && session.state.best !== null && existsSync(best)) {
    readVariables(session.lab.tf, best, session.trainable)
  }
  const { model, reporter, heads } = session
  saveModel(join(job.folder, 'model'), {
    model,
    preprocessing: job.preprocessing,
    heads: manifest.heads,
    infos: heads,
  })
  reporter.send({ type: 'weights', changes: weightChanges(job.network, job.states, model, start) })
  const samples = end.samples ?? session.data.samples
  const weights = valuesOf(model)
  const inference = createInference(session.lab, { network: job.network, weights, samples, precision: 'float32' })
  try {
    for (const split of ['validation', 'test', 'train'] as const) {
      const totals = await predictSplit(session, manifest, split, { samples, forward: inference.run })
      if (totals === null) return null
      if (split === 'test') reportTest(session, totals)
    }
    if (samples.layer !== null && job.spec.prefixPrecision !== 'float32') {
      await reportAgreement(session, job.network, { samples, forward: inference.run })
    }
  } finally {
    inference.dispose()
  }
  return end.interruption === 'stop' ? 'stopped' : 'finished'
}

function reportTest({ state, reporter, heads, phases }: Session, totals: HeadTotals[]): void {
  const epochs = phases.reduce((sum, phase) => sum + phase.epochs, 0)
  reporter.record(splitMetrics('test', heads, totals), {
    phase: 'test',
    epoch: state.epoch,
    step: state.step,
    stepsPerEpoch: 0,
    progress: Math.min(1, state.epoch / Math.max(epochs, 1)),
    samplesPerSecond: null,
    secondsLeft: null,
    seconds: state.seconds,
  })
  reporter.flush()
}

type Using = Pick<EvaluationParts, 'samples' | 'forward'>

/** Every sample of a split as the final model sees it (never augmented), sent in slices per head. */
async function predictSplit(session: Session, manifest: Manifest, split: SplitName, using: Using) {
  const { lab, heads, data, spec, reporter } = session
  const rows: Prediction[][] = heads.map(() => [])
  const hasSent = heads.map(() => false)
  const sendRows = (h: number, isLast: boolean) => {
    if (rows[h]!.length < SLICE && !(isLast && rows[h]!.length > 0)) return
    reporter.send({ type: 'predictions', split, head: heads[h]!.name, rows: rows[h]!, first: !hasSent[h] })
    rows[h] = []
    hasSent[h] = true
  }
  const onSample = (row: number, h: number, result: SampleResult) => {
    rows[h]!.push(prediction(manifest, row, h, result))
    sendRows(h, false)
  }
  const batchSize = evaluationBatch(using.samples, spec.batchSize)
  const parts = { ...using, heads, targets: data.targets, batchSize }
  const between = async () => {
    await setImmediate()
    return !lab.signal.aborted
  }
  const totals = await evaluate(parts, data.rows[split], between, onSample)
  heads.forEach((_, h) => sendRows(h, true))
  return totals
}

function prediction(manifest: Manifest, row: number, h: number, result: SampleResult): Prediction {
  const item = manifest.items[row]!
  const head = manifest.heads[h]!
  const target = item.targets[h] ?? null
  const nameOf = (value: number) => (head.type === 'classification' ? (head.classes[value] ?? String(value)) : value)
  return {
    itemId: item.id,
    name: item.name,
    expected: target === null ? null : nameOf(target),
    predicted: nameOf(result.predicted),
    confidence: result.confidence,
    loss: result.loss,
  }
}
