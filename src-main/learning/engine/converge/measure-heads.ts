import { splitMetrics } from '../../metrics/split-metrics.ts'
import type { HeadTotals } from '../../metrics/head-totals.ts'
import type { Tf } from '../../runtime.ts'
import { evaluate, evaluationBatch } from '../model/evaluate.ts'
import type { Samples } from '../data/training-data.ts'
import type { HeadInfo } from '../../network/head-info.ts'
import type { HeadWeights } from './head-weights.ts'

export interface MeasureParts {
  readonly tf: Tf
  readonly samples: Samples
  readonly heads: readonly HeadInfo[]
  readonly targets: readonly Float64Array[]
  readonly rows: Readonly<Record<'train' | 'validation', readonly number[]>>
  readonly batchSize: number
  readonly between: () => Promise<void>
}

/** Metrics of both splits by full name, and the validation split's totals per head. Samples are as they are, without augmentation. */
export async function measureHeads(
  parts: MeasureParts,
  weights: readonly HeadWeights[],
): Promise<{ metrics: Record<string, number>; validation: HeadTotals[] }> {
  const { samples, heads, targets, rows } = parts
  const batchSize = evaluationBatch(samples, parts.batchSize)
  const forward = (values: ArrayLike<number>) => outputsOf(parts.tf, values as Float32Array, weights)
  const measure = (split: 'train' | 'validation') =>
    evaluate({ forward, samples, heads, targets, batchSize }, rows[split], async () => {
      await parts.between()
      return true
    }) as Promise<HeadTotals[]>
  const [train, validation] = [await measure('train'), await measure('validation')]
  const metrics = { ...splitMetrics('train', heads, train), ...splitMetrics('validation', heads, validation) }
  return { metrics, validation }
}

function outputsOf(tf: Tf, values: Float32Array, weights: readonly HeadWeights[]): Float32Array[] {
  const outputs = tf.tidy(() => {
    const columns = weights[0]!.kernel.shape[0]!
    const x = tf.tensor2d(values, [values.length / columns, columns])
    return weights.map(({ kernel, bias }) => tf.add(tf.matMul(x, kernel as never), bias))
  })
  const result = outputs.map((each) => each.dataSync() as Float32Array)
  tf.dispose(outputs)
  return result
}
