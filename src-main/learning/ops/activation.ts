import { inFewPasses } from './native.ts'
import type { Tensor, Tf } from '../runtime.ts'
import type { ActivationName } from '../network/layer-configs/arguments.ts'
import { relu } from './relu.ts'

type Formula = (tf: Tf, x: Tensor) => Tensor

/** Of Keras' activation `leaky_relu`. */
const LEAKY_RELU_SLOPE = 0.2

const hardSigmoid = (tf: Tf, x: Tensor): Tensor => tf.mul(relu(tf, tf.add(x, 3), 6), 1 / 6)

/** 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). Paper: Hendrycks, Gimpel, arXiv 1606.08415, section 2. */
function geluTanh(tf: Tf, x: Tensor): Tensor {
  const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI))
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1))
}

/** An activation with its gradient written out: a recorded one would go over x about twice as often. `slope` is its derivative. */
function withSlope(compute: Formula, slope: Formula): Formula {
  return (tf, x) => {
    const run = tf.customGrad((input, save) => {
      const x = input as Tensor
      ;(save as unknown as (tensors: Tensor[]) => void)([x])
      const gradFunc = (dy: Tensor, [x]: Tensor[]) => inFewPasses(tf, x!, () => tf.mul(dy, slope(tf, x!)))
      // Where nothing learns TensorFlow may take the operations into those before them.
      const isLearning = tf.engine().state.gradientDepth > 0
      return { value: isLearning ? inFewPasses(tf, x, () => compute(tf, x)) : compute(tf, x), gradFunc }
    })
    return run(x)
  }
}

/** x P(X <= x) of a normal X; its slope is P(X <= x) + x p(x). Paper: Hendrycks, Gimpel, arXiv 1606.08415, section 2. */
const gelu = withSlope(
  (tf, x) => tf.mul(tf.mul(x, 0.5), twiceBelow(tf, x)),
  (tf, x) => {
    const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI))
    return tf.add(tf.mul(twiceBelow(tf, x), 0.5), tf.mul(x, density))
  },
)

/** 2 P(X <= x) of a normal X. */
const twiceBelow: Formula = (tf, x) => tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)

/** x s with s = sigmoid(x); its slope is s (1 + x (1 - s)). Paper: Hendrycks, Gimpel, arXiv 1606.08415, section 4.2. */
const silu = withSlope(
  (tf, x) => tf.mul(x, tf.sigmoid(x)),
  (tf, x) => {
    const s = tf.sigmoid(x)
    return tf.mul(s, tf.add(tf.mul(x, tf.sub(1, s)), 1))
  },
)

/** Keras' activations by name. Any shape; softmax over the last axis. gelu is the exact one (erf), as Keras' default. */
export const ACTIVATION_OPS: Readonly<Record<ActivationName, Formula>> = Object.freeze({
  linear: (_tf, x) => x,
  relu: (tf, x) => relu(tf, x),
  relu6: (tf, x) => relu(tf, x, 6),
  tanh: (tf, x) => tf.tanh(x),
  sigmoid: (tf, x) => tf.sigmoid(x),
  silu,
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
