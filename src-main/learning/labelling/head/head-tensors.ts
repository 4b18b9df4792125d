import type { Tensor1D, Tensor2D, Tf } from '../../runtime.ts'
import type { FeatureScale } from '../features/feature-scale.ts'

/** A head's weights for features as they are: X_scaled W + b = X (s W) + (b - (m s) W), so that no scaled copy of the
 *  features is needed.
 *  @param parameters (D * K) row by row, then the K biases, of scaled features */
export function headTensors(
  tf: Tf,
  parameters: Float64Array,
  { mean, factor }: FeatureScale,
  outputs: number,
): { readonly weights: Tensor2D; readonly bias: Tensor1D } {
  const columns = mean.length
  const weights = new Float32Array(columns * outputs)
  const bias = Float64Array.from(parameters.subarray(columns * outputs))
  for (let j = 0, at = 0; j < columns; j++) {
    for (let k = 0; k < outputs; k++, at++) {
      const weight = parameters[at]! * factor[j]!
      weights[at] = weight
      bias[k]! -= weight * mean[j]!
    }
  }
  return { weights: tf.tensor2d(weights, [columns, outputs]), bias: tf.tensor1d(Float32Array.from(bias)) }
}
