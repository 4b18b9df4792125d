import type { ModelFiles } from '../contract/trainer.ts'
import { createModel } from '../learning/engine/model.ts'
import type { Tf } from '../learning/lab.ts'
import { inferNetwork } from '../learning/network/infer.ts'
import { readModelWeights } from '../learning/weights/model-weights.ts'

/** A trained model ready to answer. */
export interface LoadedModel {
  /** Of one input, without the batch axis. */
  readonly inputShape: readonly number[]
  /** Network inputs (preprocessed), one after the other, to one array per head: `count` rows of probabilities per class,
   *  or of one number in the target's own unit. Inference mode. */
  predict(inputs: Float32Array, count: number): Float32Array[]
  dispose(): void
}

/** Loads a model from its files. Throws E_MODEL_WEIGHTS when the file is not the recorded one. */
export async function loadModel(files: ModelFiles, lab: { readonly tf: Tf }): Promise<LoadedModel> {
  const { tf } = lab
  const { network, heads } = files
  const inference = inferNetwork(network)
  const model = createModel(tf, network, await readModelWeights(files.weights, inference.weights), 0)
  const inputShape = inference.shapes.get(network.layers[0]!.name)!
  const predict = (inputs: Float32Array, count: number): Float32Array[] => {
    const outputs = tf.tidy(() =>
      model.forward(tf.tensor(inputs, [count, ...inputShape])).map((output, h) => {
        return heads[h]?.type === 'classification' ? tf.softmax(output) : output
      }),
    )
    return outputs.map((output) => {
      const values = output.dataSync<'float32'>()
      output.dispose()
      return values
    })
  }
  return { inputShape, predict, dispose: () => model.dispose() }
}
