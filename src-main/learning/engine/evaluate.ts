import type { Tf } from '../lab.ts'
import { addSample, emptyTotals, type HeadTotals } from '../metrics/head-metrics.ts'
import { normalise, readRows } from './feed.ts'
import type { HeadInfo } from './heads.ts'
import type { Model } from './model.ts'
import type { Samples } from './training-data.ts'

export interface EvaluationParts {
  readonly tf: Tf
  readonly model: Model
  readonly samples: Samples
  readonly heads: readonly HeadInfo[]
  readonly targets: readonly Float64Array[]
  readonly batchSize: number
}

/** Inference holds no activations, so small training batches need not slow it down; results do not depend on it. */
export function evaluationBatch(spec: { readonly batchSize: number }): number {
  return Math.max(spec.batchSize, 32)
}

export interface SampleResult {
  readonly predicted: number
  readonly confidence: number | null
  readonly loss: number
}

/** Runs the network in inference mode over some rows and adds up its metrics. `between` is awaited after every batch and
 *  ends the evaluation (result null) by answering false; `onSample` sees every single result. */
export async function evaluate(
  parts: EvaluationParts,
  rows: readonly number[],
  between: () => Promise<boolean>,
  onSample?: (row: number, head: number, result: SampleResult) => void,
): Promise<HeadTotals[] | null> {
  const totals = parts.heads.map(emptyTotals)
  for (let start = 0; start < rows.length; start += parts.batchSize) {
    const slice = rows.slice(start, start + parts.batchSize)
    const outputs = runBatch(parts, slice)
    addOutputs(parts, slice, outputs, totals, onSample)
    if (!(await between())) return null
  }
  return totals
}

/** Adds a batch's raw outputs, per head (B * width) values, to the running totals. */
export function addOutputs(
  parts: Pick<EvaluationParts, 'heads' | 'targets'>,
  rows: readonly number[],
  outputs: readonly Float32Array[],
  totals: HeadTotals[],
  onSample?: (row: number, head: number, result: SampleResult) => void,
): void {
  for (const [h, head] of parts.heads.entries()) {
    const values = outputs[h]!
    const width = values.length / rows.length
    for (const [i, row] of rows.entries()) {
      const target = parts.targets[h]![row]!
      const result = addSample(totals[h]!, head, target, values.subarray(i * width, (i + 1) * width))
      onSample?.(row, h, result)
    }
  }
}

function runBatch({ tf, model, samples }: EvaluationParts, rows: readonly number[]): Float32Array[] {
  const outputs = tf.tidy(() => {
    const x = normalise(tf, samples, readRows(tf, samples, rows, null))
    return model.forward(x, { from: samples.layer })
  })
  return outputs.map((output) => {
    const values = output.dataSync<'float32'>()
    output.dispose()
    return values
  })
}
