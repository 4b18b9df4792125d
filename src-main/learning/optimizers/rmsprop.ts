import { defineParams } from '../../contract/params.ts'
import { learningRateField, weightDecayField } from './fields.ts'
import { defineOptimizer } from './optimizer.ts'

const params = defineParams({
  learningRate: learningRateField(0.001),
  decay: {
    type: 'number',
    label: 'Memory',
    default: 0.99,
    help: 'How long the running mean of the squared gradient remembers (alpha in PyTorch, rho in Keras).',
    min: 0,
    max: 0.99999,
    advanced: true,
  },
  momentum: {
    type: 'number',
    label: 'Momentum',
    default: 0,
    help: 'Share of the last step that is kept; 0 is off.',
    min: 0,
    max: 0.999,
    step: 0.05,
    advanced: true,
  },
  epsilon: {
    type: 'number',
    label: 'Epsilon',
    default: 1e-8,
    help: 'Keeps the division from exploding where gradients are tiny.',
    min: 1e-12,
    max: 1,
    log: true,
    advanced: true,
  },
  weightDecay: weightDecayField,
})

/** RMSprop (Tieleman, Hinton, Coursera lecture 6.5, 2012) as PyTorch's: s = a * s + (1 - a) * g^2;
 *  w -= rate * g / (sqrt(s) + eps), with epsilon outside the root; momentum accumulates the scaled gradient.
 *  TensorFlow's ResourceApplyRMSProp has epsilon inside the root, so it is no help here. Shapes: slots as w. */
export const rmsprop = defineOptimizer({
  type: 'rmsprop',
  label: 'RMSprop',
  help: 'Divides each step by the recent size of the gradient; an older relative of Adam.',
  params,
  rule: ({ decay, momentum, epsilon, weightDecay }) => ({
    slots: momentum > 0 ? ['square', 'velocity'] : ['square'],
    scalars: () => [],
    update(tf, { weight, gradient, slots, learningRate }) {
      const g = weightDecay > 0 ? tf.add(gradient, tf.mul(weight, weightDecay)) : gradient
      const square = tf.add(tf.mul(slots[0]!, decay), tf.mul(tf.square(g), 1 - decay))
      const scaled = tf.div(g, tf.add(tf.sqrt(square), epsilon))
      const last = slots[1]
      if (last === undefined) return { weight: tf.sub(weight, tf.mul(scaled, learningRate)), slots: [square] }
      const velocity = tf.add(tf.mul(last, momentum), scaled)
      return { weight: tf.sub(weight, tf.mul(velocity, learningRate)), slots: [square, velocity] }
    },
  }),
})
