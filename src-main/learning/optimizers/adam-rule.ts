import type { Scalar, Variable } from '../runtime.ts'
import type { UpdateRule } from './optimizer.ts'

/** Adam and AdamW. Paper: Kingma, Ba, ICLR 2015, arXiv 1412.6980, algorithm 1; AdamW: Loshchilov, Hutter, ICLR 2019,
 *  arXiv 1711.05101, algorithm 2. As PyTorch: epsilon is added after the bias-corrected root,
 *  w -= rate * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps); coupled decay adds decay * w to the gradient, decoupled
 *  decay first shrinks w by rate * decay. Shapes: m, v as w. */
export function adamRule(values: {
  beta1: number
  beta2: number
  epsilon: number
  weightDecay: number
  decoupled: boolean
}): UpdateRule {
  const { beta1, beta2, epsilon, weightDecay, decoupled } = values
  return {
    slots: ['mean', 'square'],
    scalars: (step) => [1 / (1 - beta1 ** step), 1 / Math.sqrt(1 - beta2 ** step), beta1 ** step, beta2 ** step],
    update(tf, { weight, gradient, slots, learningRate, scalars }) {
      const coupled = weightDecay > 0 && !decoupled
      const g = coupled ? tf.add(gradient, tf.mul(weight, weightDecay)) : gradient
      const shrunk =
        weightDecay > 0 && decoupled ? tf.sub(weight, tf.mul(weight, tf.mul(learningRate, weightDecay))) : weight
      const mean = tf.add(tf.mul(slots[0]!, beta1), tf.mul(g, 1 - beta1))
      const square = tf.add(tf.mul(slots[1]!, beta2), tf.mul(tf.square(g), 1 - beta2))
      const root = tf.add(tf.mul(tf.sqrt(square), scalars[1]!), epsilon)
      const step = tf.mul(tf.div(mean, root), tf.mul(learningRate, scalars[0]!))
      return { weight: tf.sub(shrunk, step), slots: [mean, square] }
    },
    // ResourceApplyAdam computes w -= rate * sqrt(1 - b2^t) / (1 - b1^t) * m / (sqrt(v) + e), with its epsilon added before the
    // bias correction; with e = eps * sqrt(1 - b2^t) that is the formula above.
    inPlace(tf, { weight, gradient, slots, learningRate, scalars }) {
      const g = weightDecay > 0 && !decoupled ? tf.add(gradient, tf.mul(weight, weightDecay)) : gradient
      const [mean, square] = slots as [Variable, Variable]
      const [, root, power1, power2] = scalars as [Scalar, Scalar, Scalar, Scalar]
      const smallest = tf.div(epsilon, root)
      const [b1, b2] = [tf.scalar(beta1), tf.scalar(beta2)]
      const inputs = [weight, mean, square, power1, power2, learningRate, b1, b2, smallest, g]
      const adam = { op: 'ResourceApplyAdam', attributes: [], inputs, updates: [weight, mean, square] }
      if (weightDecay === 0 || !decoupled) return [adam]
      const decay = tf.mul(weight, tf.mul(learningRate, weightDecay))
      return [{ op: 'AssignSubVariableOp', attributes: [], inputs: [weight, decay], updates: [weight] }, adam]
    },
  }
}

/** The two averages' fields, from the paper's recommended values. */
export const adamFields = {
  beta1: {
    type: 'number',
    label: 'Beta 1',
    default: 0.9 as number,
    help: 'How long the running mean of the gradient remembers; 0.9 is the paper’s value.',
    min: 0,
    max: 0.999,
    advanced: true,
  },
  beta2: {
    type: 'number',
    label: 'Beta 2',
    default: 0.999 as number,
    help: 'How long the running mean of the squared gradient remembers; 0.999 is the paper’s value.',
    min: 0,
    max: 0.99999,
    advanced: true,
  },
  epsilon: {
    type: 'number',
    label: 'Epsilon',
    default: 1e-8 as number,
    help: 'Keeps the division from exploding where gradients are tiny; raise it to 1e-4 when training is jumpy.',
    min: 1e-12,
    max: 1,
    log: true,
    advanced: true,
  },
} as const
