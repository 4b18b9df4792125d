import { ACTIVATION_OPS } from '../../../ops/activation.ts'
import { relu as reluOp } from '../../../ops/relu.ts'
import type { LayerOp } from './layer-op.ts'

export const input: LayerOp<'InputLayer'> = ({ inputs }) => inputs[0]!

export const activation: LayerOp<'Activation'> = ({ tf, inputs }, config) =>
  ACTIVATION_OPS[config.activation](tf, inputs[0]!)

export const relu: LayerOp<'ReLU'> = ({ tf, inputs }, { negative_slope: slope = 0, max_value: maximum }) => {
  if (slope === 0) return reluOp(tf, inputs[0]!, maximum)
  const y = tf.leakyRelu(inputs[0]!, slope)
  return maximum === null ? y : tf.minimum(y, maximum)
}

export const leakyRelu: LayerOp<'LeakyReLU'> = ({ tf, inputs }, config) =>
  tf.leakyRelu(inputs[0]!, config.negative_slope)

/** `alpha` has the shape of one sample, 1 along shared axes. */
export const prelu: LayerOp<'PReLU'> = ({ tf, inputs, weight }) => tf.prelu(inputs[0]!, weight('alpha'))

/** Inputs of equal shape. */
export const add: LayerOp<'Add'> = ({ tf, inputs }) => inputs.slice(1).reduce((sum, x) => tf.add(sum, x), inputs[0]!)

/** Inputs of as many axes; an axis of 1 goes with any size. */
export const multiply: LayerOp<'Multiply'> = ({ tf, inputs }) =>
  inputs.slice(1).reduce((product, x) => tf.mul(product, x), inputs[0]!)

/** Along the last axis. */
export const concatenate: LayerOp<'Concatenate'> = ({ tf, inputs }) => tf.concat([...inputs], -1)
