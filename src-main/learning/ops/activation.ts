import type { Tensor, Tf } from '../runtime.ts'
import type { ActivationName } from '../network/layer-configs/arguments.ts'
import { relu } from './relu.ts'

/** Keras' activations by name. Any shape; softmax over the last axis. gelu is the exact one (erf), as Keras' default. */
export const ACTIVATION_OPS: Readonly<Record<ActivationName, (tf: Tf, x: Tensor) => Tensor>> = Object.freeze({
  linear: (_tf, x) => x,
  relu: (tf, x) => relu(tf, x),
  relu6: (tf, x) => relu(tf, x, 6),
  tanh: (tf, x) => tf.tanh(x),
  sigmoid: (tf, x) => tf.sigmoid(x),
  silu: (tf, x) => tf.mul(x, tf.sigmoid(x)),
  gelu: (tf, x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
  softmax: (tf, x) => tf.softmax(x),
})
