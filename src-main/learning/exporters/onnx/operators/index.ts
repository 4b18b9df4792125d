import type { Operation } from '../../../operations/graph.ts'
import { add, clip, leakyRelu, multiply, prelu, softmax, unary } from './elementwise.ts'
import { convolution, dense, depthwiseConvolution, matrixProduct } from './kernels.ts'
import { batchNormalization, layerNormalization } from './normalization.ts'
import type { Operator } from './operator.ts'
import { averagePool, maximum, maxPool, mean } from './pooling.ts'
import { concatenate, pad, reshape, slice, transpose, upSample } from './shape.ts'

/** How each operation is written in ONNX. */
export const OPERATORS: { readonly [K in Operation['op']]: Operator<K> } = Object.freeze({
  convolution,
  depthwiseConvolution,
  dense,
  matrixProduct,
  batchNormalization,
  layerNormalization,
  add,
  multiply,
  relu: unary,
  sigmoid: unary,
  tanh: unary,
  silu: unary,
  gelu: unary,
  geluTanh: unary,
  hardSigmoid: unary,
  hardSilu: unary,
  elu: unary,
  selu: unary,
  softplus: unary,
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
