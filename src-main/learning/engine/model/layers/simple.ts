import type { Tensor4D } from '../../../runtime.ts'
import { ACTIVATION_OPS } from '../../../ops/activation.ts'
import { dropout as dropoutOp } from '../../../ops/dropout.ts'
import { relu as reluOp } from '../../../ops/relu.ts'
import type { LayerOp } from './layer-op.ts'

export const input: LayerOp<'InputLayer'> = ({ inputs }) => inputs[0]!

export const activation: LayerOp<'Activation'> = ({ tf, inputs }, config) =>
  ACTIVATION_OPS[config.activation](tf, inputs[0]!)

export const relu: LayerOp<'ReLU'> = ({ tf, inputs }, config) => reluOp(tf, inputs[0]!, config.max_value)

/** Inputs of equal shape. */
export const add: LayerOp<'Add'> = ({ tf, inputs }) => inputs.slice(1).reduce((sum, x) => tf.add(sum, x), inputs[0]!)

/** Along the last axis. */
export const concatenate: LayerOp<'Concatenate'> = ({ tf, inputs }) => tf.concat([...inputs], -1)

/** (B, H, W, C) -> (B, top + H + bottom, left + W + right, C). */
export const zeroPadding2d: LayerOp<'ZeroPadding2D'> = ({ tf, inputs }, { padding }) =>
  tf.pad4d(inputs[0] as Tensor4D, [[0, 0], padding[0], padding[1], [0, 0]])

/** (B, ...) -> (B, F), channels last running fastest. */
export const flatten: LayerOp<'Flatten'> = ({ tf, inputs }) => tf.reshape(inputs[0]!, [inputs[0]!.shape[0]!, -1])

export const dropout: LayerOp<'Dropout'> = (call, config) =>
  call.isTraining ? dropoutOp(call.tf, call.inputs[0]!, config.rate, call.seed, call.step) : call.inputs[0]!
