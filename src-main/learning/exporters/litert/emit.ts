import type { OperationGraph, OperationKind } from '../../operations/graph.ts'
import { type Emission, type Of, startEmission } from './emission.ts'
import { emitBinary, emitClip, emitLayerNormalization, emitLeakyRelu, emitPrelu, emitUnary } from './emit-elements.ts'
import { emitConcatenation, emitMatrixProduct, emitPad, emitReduction, emitReshape, emitSlice, emitSoftmax, emitTranspose, emitUpSample } from './emit-shapes.ts' // prettier-ignore
import { emitAveragePool, emitConvolution, emitDense, emitMaxPool } from './emit-windows.ts'
import { DYNAMIC, type LiteRtGraph } from './graph.ts'
import { TENSOR_TYPES } from './schema.ts'

type Emitter<Op extends OperationKind['op']> = (emission: Emission, operation: Of<Op>) => void

const unary = {
  ...{ relu: emitUnary, sigmoid: emitUnary, tanh: emitUnary, silu: emitUnary, gelu: emitUnary, geluTanh: emitUnary },
  ...{ hardSigmoid: emitUnary, hardSilu: emitUnary, elu: emitUnary, selu: emitUnary, softplus: emitUnary },
}

const EMITTERS: { readonly [Op in Exclude<OperationKind['op'], 'batchNormalization'>]: Emitter<Op> } = {
  ...unary,
  convolution: emitConvolution,
  depthwiseConvolution: emitConvolution,
  dense: emitDense,
  matrixProduct: emitMatrixProduct,
  layerNormalization: emitLayerNormalization,
  add: emitBinary,
  multiply: emitBinary,
  clip: emitClip,
  leakyRelu: emitLeakyRelu,
  prelu: emitPrelu,
  softmax: emitSoftmax,
  maxPool: emitMaxPool,
  averagePool: emitAveragePool,
  mean: emitReduction,
  maximum: emitReduction,
  pad: emitPad,
  slice: emitSlice,
  upSample: emitUpSample,
  reshape: emitReshape,
  transpose: emitTranspose,
  concatenate: emitConcatenation,
}

/** Operations as operators of LiteRT, in float32. BatchNormalization must be folded. `takesPixels`: the input is uint8, and the first operator
 *  makes float32 of it. */
export function emitLiteRt(graph: OperationGraph, takesPixels: boolean): LiteRtGraph {
  const emission = startEmission(graph)
  const { name, shape } = graph.input
  const input = takesPixels ? `${name}:pixels` : name
  emission.tensors.set(input, { type: takesPixels ? 'uint8' : 'float32', shape: [DYNAMIC, ...shape] })
  if (takesPixels) {
    const types = { in_data_type: TENSOR_TYPES.uint8, out_data_type: TENSOR_TYPES.float32 }
    emission.operator('CAST', [input], graph.input, types)
  }
  for (const operation of graph.operations) {
    if (operation.op === 'batchNormalization') throw new Error('BatchNormalization is not folded')
    ;(EMITTERS[operation.op] as Emitter<OperationKind['op']>)(emission, operation)
  }
  const outputs = graph.outputs.map((output) => output.name)
  return { tensors: emission.tensors, operators: emission.operators, input, outputs }
}
