import { type EvaluationParts, predictRows } from '../model/evaluate.ts'
import { createInference, valuesOf } from '../model/inference.ts'
import type { RunScope } from './run-scope.ts'
import type { Learner } from './learner.ts'

const SAMPLES = 256
const BATCH = 32

/** Runs the whole trained network in float32 from the samples themselves and compares its outputs with those from cached
 *  features of lower precision, on up to 256 samples that were not trained on. */
export async function reportAgreement(
  { runtime, reporter }: RunScope,
  { model, data, heads }: Learner,
  cached: Pick<EvaluationParts, 'samples' | 'forward'>,
): Promise<void> {
  const { test, validation, train } = data.rows
  const rows = [...test, ...validation, ...train].slice(0, SAMPLES)
  const { samples } = data
  const whole = createInference(runtime, {
    network: model.network,
    weights: valuesOf(model),
    samples,
    precision: 'float32',
  })
  try {
    const exact = await outputsOf({ samples, forward: whole.run }, rows)
    const rounded = await outputsOf(cached, rows)
    const classes = heads.map((head) => (head.type === 'classification' ? head.classes.length : 0))
    const top1 = classes.flatMap((width, h) => (width > 0 ? [sameTop1(exact[h]!, rounded[h]!, width)] : []))
    reporter.send({
      type: 'agreement',
      samples: rows.length,
      top1: top1.length === 0 ? null : Math.min(...top1),
      maxDifference: Math.max(...exact.map((values, h) => largestDifference(values, rounded[h]!))),
    })
  } finally {
    whole.dispose()
  }
}

/** Per head, the raw outputs of all rows. */
async function outputsOf(parts: Pick<EvaluationParts, 'samples' | 'forward'>, rows: readonly number[]) {
  const heads: number[][] = []
  for await (const { outputs } of predictRows({ ...parts, batchSize: BATCH }, rows)) {
    outputs.forEach((values, h) => (heads[h] ??= []).push(...values))
  }
  return heads
}

/** Share of rows whose largest output is the same. */
function sameTop1(a: readonly number[], b: readonly number[], width: number): number {
  const rows = a.length / width
  let same = 0
  for (let row = 0; row < rows; row++) {
    const of = (values: readonly number[]) => {
      const slice = values.slice(row * width, (row + 1) * width)
      return slice.indexOf(Math.max(...slice))
    }
    if (of(a) === of(b)) same += 1
  }
  return rows === 0 ? 1 : same / rows
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0)
}
