import type { Tf, Variable } from '../../runtime.ts'
import { foldIn, type Standardisation } from '../../probes/standard-rows.ts'
import type { Model } from '../model/model.ts'

/** A dense layer's weights in the model, and its parameters on standardised features while its path is walked. */
export interface HeadWeights {
  readonly kernel: Variable
  readonly bias: Variable
  /** (D * K + K): where the path stands, and the best so far. */
  readonly path: Variable
  readonly best: Variable
  /** Both, by their names in checkpoints. */
  readonly saved: ReadonlyMap<string, Variable>
}

export function openHeadWeights(tf: Tf, model: Model, layer: string): HeadWeights {
  const kernel = model.weights.get(`${layer}/kernel`)!
  const bias = model.weights.get(`${layer}/bias`)!
  const size = kernel.size + bias.size
  // Zero, where a convex search begins as well as anywhere: nothing depends on a seed.
  const zeros = () => tf.tidy(() => tf.variable(tf.zeros([size]), false))
  const [path, best] = [zeros(), zeros()]
  return { kernel, bias, path, best, saved: new Map([[`${layer}#path`, path], [`${layer}#best`, best]]) } // prettier-ignore
}

/** Gives the dense layer what these parameters do on standardised features. */
export function putHead(tf: Tf, { kernel, bias }: HeadWeights, parameters: Float32Array, scale: Standardisation): void {
  const folded = foldIn(Float64Array.from(parameters), scale, bias.size)
  tf.tidy(() => {
    kernel.assign(tf.tensor(folded.kernel, kernel.shape))
    bias.assign(tf.tensor(folded.bias, bias.shape))
  })
}

export function setVariable(tf: Tf, variable: Variable, values: Float32Array): void {
  tf.tidy(() => variable.assign(tf.tensor(values.slice(), variable.shape)))
}
