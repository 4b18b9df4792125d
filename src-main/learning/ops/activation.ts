import { inFewPasses } from './native.ts'
import type { Tensor, Tf } from '../runtime.ts'
import type { ActivationName } from '../network/layer-configs/arguments.ts'
import { relu } from './relu.ts'

/** Of Keras' activation `leaky_relu`. */
const LEAKY_RELU_SLOPE = 0.2

const hardSigmoid = (tf: Tf, x: Tensor): Tensor => tf.mul(relu(tf, tf.add(x, 3), 6), 1 / 6)

/** 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). Paper: Hendrycks, Gimpel, arXiv 1606.08415, section 2. */
function geluTanh(tf: Tf, x: Tensor): Tensor {
  const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI))
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1))
}

/** x P(X <= x) of a normal X. Paper: Hendrycks, Gimpel, arXiv 1606.08415, section 2. Its gradient, dy (P(X <= x) + x p(x)), is written out: a recorded one
 *  would go over x twice as often. */
function gelu(tf: Tf, x: Tensor): Tensor {
  const share = (x: Tensor) => tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)
  const run = tf.customGrad((input, save) => {
    const x = input as Tensor
    ;(save as unknown as (tensors: Tensor[]) => void)([x])
    const gradFunc = (dy: Tensor, [x]: Tensor[]) =>
      inFewPasses(tf, x!, () => {
        const density = tf.mul(tf.exp(tf.mul(tf.square(x!), -0.5)), 1 / Math.sqrt(2 * Math.PI))
        return tf.mul(dy, tf.add(tf.mul(share(x!), 0.5), tf.mul(x!, density)))
      })
    const value = () => tf.mul(tf.mul(x, 0.5), share(x))
    return { value: tf.engine().state.gradientDepth > 0 ? inFewPasses(tf, x, value) : value(), gradFunc }
  })
  return run(x)
}

/** Keras' activations by name. Any shape; softmax over the last axis. gelu is the exact one (erf), as Keras' default. */
export const ACTIVATION_OPS: Readonly<Record<ActivationName, (tf: Tf, x: Tensor) => Tensor>> = Object.freeze({
  linear: (_tf, x) => x,
  relu: (tf, x) => relu(tf, x),
  relu6: (tf, x) => relu(tf, x, 6),
  tanh: (tf, x) => tf.tanh(x),
  sigmoid: (tf, x) => tf.sigmoid(x),
  silu: (tf, x) => tf.mul(x, tf.sigmoid(x)),
  gelu,
  softmax: (tf, x) => tf.softmax(x),
  gelu_tanh: geluTanh,
  hard_sigmoid: hardSigmoid,
  hard_silu: (tf, x) => tf.mul(x, hardSigmoid(tf, x)),
  leaky_relu: (tf, x) => tf.leakyRelu(x, LEAKY_RELU_SLOPE),
  elu: (tf, x) => tf.elu(x),
  selu: (tf, x) => tf.selu(x),
  softplus: (tf, x) => tf.softplus(x),
})
