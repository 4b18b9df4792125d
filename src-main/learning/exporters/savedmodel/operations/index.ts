import type { OperationKind } from '../../../operations/graph.ts'
import type { OperationNodes } from './call.ts'
import { convolution, depthwiseConvolution } from './convolution.ts'
import { dense, matrixProduct } from './dense.ts'
import { add, clip, leakyRelu, multiply, prelu, softmax, UNARY } from './elementwise.ts'
import { batchNormalization, layerNormalization } from './normalization.ts'
import { averagePool, maxPool } from './pooling.ts'
import { concatenate, maximum, mean, pad, reshape, slice, transpose, upSample } from './shape.ts'

export type { Call, OperationNodes } from './call.ts'

/** How TensorFlow says each operation. */
export const OPERATION_NODES: { readonly [Op in OperationKind['op']]: OperationNodes<Op> } = Object.freeze({
  ...UNARY,
  convolution,
  depthwiseConvolution,
  dense,
  matrixProduct,
  batchNormalization,
  layerNormalization,
  add,
  multiply,
  clip,
  leakyRelu,
  prelu,
  softmax,
  maxPool,
  averagePool,
  mean,
  maximum,
  pad,
  slice,
  upSample,
  reshape,
  transpose,
  concatenate,
})
