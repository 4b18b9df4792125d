import type { HeadInfo } from '../../network/head-info.ts'
import { addSample } from '../../metrics/head-metrics.ts'
import { emptyTotals } from '../../metrics/head-totals.ts'

/** Loss of each row from a head's raw outputs: cross-entropy, or the squared error in standard deviations. Losses of different tasks are
 *  never compared with each other.
 *  @param outputs (rows * width)
 *  @param targets by row, labelled */
export function itemLosses(
  head: HeadInfo,
  outputs: Float32Array,
  targets: Float64Array,
  rows: readonly number[],
): number[] {
  const width = outputs.length / Math.max(1, rows.length)
  const totals = emptyTotals(head)
  return rows.map((row, i) => addSample(totals, head, targets[row]!, outputs.subarray(i * width, (i + 1) * width)).loss)
}

export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / Math.max(1, values.length)
}
