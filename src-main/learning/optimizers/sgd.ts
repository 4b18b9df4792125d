import { defineParams } from '../../contract/params.ts'
import { nativeBackend } from '../ops/native.ts'
import type { Tf } from '../runtime.ts'
import { learningRateField, weightDecayField } from './fields.ts'
import { defineOptimizer } from './optimizer.ts'

const params = defineParams({
  learningRate: learningRateField(0.01),
  momentum: {
    type: 'number',
    label: 'Momentum',
    default: 0.9,
    help: 'Share of the last step that is kept: it smooths the path and speeds it up. 0 is plain gradient descent.',
    min: 0,
    max: 0.999,
    step: 0.05,
  },
  nesterov: {
    type: 'boolean',
    label: 'Nesterov',
    default: false,
    help: 'Looks one step ahead before it corrects the course; needs momentum and is often a little faster.',
    advanced: true,
  },
  weightDecay: weightDecayField,
})

/** Stochastic gradient descent as PyTorch's SGD without dampening (torch.optim.SGD, 2.9): g += decay * w;
 *  v = momentum * v + g; w -= rate * (nesterov ? g + momentum * v : v). The velocity is not scaled by the rate, so a
 *  schedule acts on the next step at once. Shapes: v as w. */
export const sgd = defineOptimizer({
  type: 'sgd',
  label: 'SGD with momentum',
  help: 'Plain steps along the gradient with momentum; steady, and often the best end result when its rate is tuned.',
  params,
  rule: ({ momentum, nesterov, weightDecay }) => ({
    slots: momentum > 0 ? ['velocity'] : [],
    scalars: () => [],
    update(tf, { weight, gradient, slots, learningRate }) {
      const g = weightDecay > 0 ? tf.add(gradient, tf.mul(weight, weightDecay)) : gradient
      const [last] = slots
      if (last === undefined) return { weight: tf.sub(weight, tf.mul(g, learningRate)), slots: [] }
      const velocity = tf.add(tf.mul(last, momentum), g)
      const direction = nesterov ? tf.add(g, tf.mul(velocity, momentum)) : velocity
      return { weight: tf.sub(weight, tf.mul(direction, learningRate)), slots: [velocity] }
    },
    // ResourceApplyMomentum computes v = v * momentum + g; w -= rate * v, or with Nesterov w -= rate * (g + momentum * v).
    inPlace(tf, { weight, gradient, slots, learningRate }) {
      const g = weightDecay > 0 ? tf.add(gradient, tf.mul(weight, weightDecay)) : gradient
      const [velocity] = slots
      if (velocity === undefined) {
        const inputs = [weight, learningRate, g]
        return [{ op: 'ResourceApplyGradientDescent', attributes: [], inputs, updates: [weight] }]
      }
      const inputs = [weight, velocity, learningRate, g, tf.scalar(momentum)]
      const op = nesterov ? nesterovMomentum(tf) : { op: 'ResourceApplyMomentum', attributes: [] }
      return [{ ...op, inputs, updates: [weight, velocity] }]
    },
  }),
})

function nesterovMomentum(tf: Tf) {
  const type = nativeBackend(tf)!.binding.TF_ATTR_BOOL
  return { op: 'ResourceApplyMomentum', attributes: [{ name: 'use_nesterov', type, value: true }] }
}
