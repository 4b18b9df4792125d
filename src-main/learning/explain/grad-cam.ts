import type { Model } from '../engine/model/model.ts'
import type { Tensor, Tf } from '../runtime.ts'
import type { HeatValues } from './heat-values.ts'

export interface GradCamOptions {
  /** Its output is (1, H, W, C). */
  readonly layer: string
  /** Places in the output, one map for each: classes before softmax or sigmoid, or 0 for a number. */
  readonly units: readonly number[]
}

/** Grad-CAM. Paper: Selvaraju et al., ICCV 2017, arXiv 1610.02391, equations (1) and (2), for A = the layer's output and y = one place of the
 *  network's first output:
 *
 *  a_k = mean over i, j of dy / dA_kij;  L = ReLU(sum over k of a_k A_k)
 *
 *  The gradient goes through every path from the layer to the output, also where a skip passes round what comes next. All layers run as in
 *  inference: BatchNorm with its averages, nothing dropped. x: (1, H, W, C) as the network takes it. */
export function gradCam(tf: Tf, model: Model, x: Tensor, { layer, units }: GradCamOptions): HeatValues[] {
  const activations = tf.tidy(() => model.forward(x, { outputs: [layer] })[0]!)
  const [, rows, columns] = activations.shape as [number, number, number, number]
  const maps = units.map((unit) => {
    const values = tf.tidy(() => {
      const gradient = gradientAt(tf, model, x, { layer, unit })
      const shares = tf.mean(gradient, [1, 2], true) // (1, 1, 1, C)
      return tf.relu(tf.sum(tf.mul(shares, activations), -1))
    })
    const heat = { rows, columns, values: new Float32Array(values.dataSync<'float32'>()) }
    values.dispose()
    return heat
  })
  activations.dispose()
  return maps
}

/** Of one place of the output to what a layer gives, of that layer's shape. */
export function gradientAt(tf: Tf, model: Model, x: Tensor, at: { layer: string; unit: number }): Tensor {
  const score = (added: Tensor): Tensor => scoreWith(tf, model, x, { ...at, added })
  const { shape } = tf.tidy(() => model.forward(x, { outputs: [at.layer] })[0]!)
  return tf.grad(score)(tf.zeros(shape))
}

/** One place of the output, with something added to what a layer gives. */
export function scoreWith(
  tf: Tf,
  model: Model,
  x: Tensor,
  { layer, unit, added }: { layer: string; unit: number; added: Tensor },
): Tensor {
  const taps = new Map([[layer, (output: Tensor) => tf.add(output, added)]])
  // Without a layer that trains this keeps what the gradient needs.
  const training = { step: tf.scalar(0, 'int32'), layers: new Set<string>() }
  const [output] = model.forward(x, { outputs: [model.network.outputs[0]!], taps, training })
  return tf.sum(tf.slice(tf.reshape(output!, [-1]), [unit], [1]))
}
