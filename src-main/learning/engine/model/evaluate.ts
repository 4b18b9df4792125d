import { addSample } from '../../metrics/head-metrics.ts'
import { evaluationTotals, type HeadTotals, type SampleResult } from '../../metrics/head-totals.ts'
import type { HeadInfo } from '../../network/head-info.ts'
import type { Samples, Values } from '../data/training-data.ts'

export interface EvaluationParts {
  /** Raw outputs per head of a batch of exactly `batchSize` rows. */
  readonly forward: (values: Values) => Float32Array[]
  readonly samples: Samples
  readonly heads: readonly HeadInfo[]
  /** Per head and row. */
  readonly targets: readonly Float64Array[]
  readonly batchSize: number
}

/** Inference holds no activations, so its batches may be larger than those of training; results do not depend on it. */
export function evaluationBatch(samples: Samples, batchSize: number): number {
  return Math.max(batchSize, samples.shape.length === 1 ? 512 : 32)
}

/** Runs the network in inference mode over some rows and adds up its metrics. `between` is awaited after every batch and
 *  ends the evaluation (result null) by answering false; `onSample` sees every single result. */
export async function evaluate(
  parts: EvaluationParts,
  rows: readonly number[],
  between: () => Promise<boolean>,
  onSample?: (row: number, head: number, result: SampleResult) => void,
): Promise<HeadTotals[] | null> {
  const totals = parts.heads.map(evaluationTotals)
  for await (const { rows: slice, outputs } of predictRows(parts, rows)) {
    addOutputs(parts, slice, outputs, totals, onSample)
    if (!(await between())) return null
  }
  return totals
}

/** Raw outputs of some rows, batch by batch; the next batch is read while one is computed. */
export async function* predictRows(
  { forward, samples, batchSize }: Pick<EvaluationParts, 'forward' | 'samples' | 'batchSize'>,
  rows: readonly number[],
): AsyncGenerator<{ rows: readonly number[]; outputs: Float32Array[] }> {
  const slices = Array.from({ length: Math.ceil(rows.length / batchSize) }, (_, i) =>
    rows.slice(i * batchSize, (i + 1) * batchSize),
  )
  const load = (slice: readonly number[]) => samples.load(filledUp(slice, batchSize), null)
  let ahead = slices.length > 0 ? load(slices[0]!) : null
  for (const [i, slice] of slices.entries()) {
    const values = await ahead!
    ahead = i + 1 < slices.length ? load(slices[i + 1]!) : null
    const outputs = forward(values).map((all) => all.subarray(0, (all.length / batchSize) * slice.length))
    yield { rows: slice, outputs }
  }
}

/** The last batch is filled up with its first row, so that every batch has the one shape that is compiled. */
function filledUp(rows: readonly number[], size: number): readonly number[] {
  return rows.length === size ? rows : [...rows, ...new Array<number>(size - rows.length).fill(rows[0]!)]
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
