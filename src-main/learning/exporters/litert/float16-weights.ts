import { float16Bits, fitsFloat16 } from '../../weights/to-float16.ts'
import type { LiteRtGraph, LiteRtOperator, LiteRtTensor } from './graph.ts'
import { isLarge } from './weight-places.ts'

/** Large constants as float16, each made float32 again by an operator: an interpreter computes in whichever it can. A constant with a number
 *  that float16 does not hold stays as it is. */
export function float16Weights(graph: LiteRtGraph): LiteRtGraph {
  const tensors = new Map<string, LiteRtTensor>()
  const operators: LiteRtOperator[] = []
  for (const [name, tensor] of graph.tensors) {
    const { type, values } = tensor
    if (type !== 'float32' || values === undefined || !isLarge(tensor) || !fitsFloat16(values() as Float32Array)) {
      tensors.set(name, tensor)
      continue
    }
    const stored = `${name}:float16`
    tensors.set(stored, { ...tensor, type: 'float16', values: () => float16Bits(values() as Float32Array) })
    tensors.set(name, { type, shape: tensor.shape })
    operators.push({ code: 'DEQUANTIZE', inputs: [stored], output: name })
  }
  return { ...graph, tensors, operators: [...operators, ...graph.operators] }
}
