import type { Tf } from '../../runtime.ts'
import type { InferenceParts, Inference } from './inference.ts'
import { createModel } from './model.ts'

/** As `createInference` gives it, of the network as it is, layer by layer: for a few samples. Making one graph of a network of 25 million
 *  weights takes longer than fifty photographs do this way. */
export function createPlainInference(
  { tf }: { readonly tf: Tf },
  {
    network,
    weights,
    samples,
  }: Pick<InferenceParts, 'network' | 'weights'> & { samples: { shape: readonly number[] } },
): Pick<Inference, 'dispose'> & { run(values: Float32Array): Float32Array[] } {
  const model = createModel(tf, network, weights, 0)
  const size = samples.shape.reduce((total, side) => total * side, 1)
  return {
    run: (values) => {
      const outputs = tf.tidy(() => model.forward(tf.tensor(values, [values.length / size, ...samples.shape])))
      const results = outputs.map((output) => output.dataSync<'float32'>() as Float32Array)
      for (const output of outputs) output.dispose()
      return results
    },
    dispose: () => model.dispose(),
  }
}
