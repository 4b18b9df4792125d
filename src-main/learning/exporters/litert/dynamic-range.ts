import type { LiteRtGraph, LiteRtTensor } from './graph.ts'
import { quantizedWeights } from '../quantization/quantization.ts'
import { floatsOf, isLarge, weightPlaces } from './weight-places.ts'

/** Large weights as int8, a scale a channel: an interpreter quantizes what they meet by its own range, item by item, and gives float32. */
export function dynamicRange(graph: LiteRtGraph): LiteRtGraph {
  const places = weightPlaces(graph)
  const tensors = new Map<string, LiteRtTensor>()
  for (const [name, tensor] of graph.tensors) {
    const axis = places.get(name)
    tensors.set(name, axis === undefined || !isLarge(tensor) ? tensor : quantizedWeights(floatsOf(tensor), { axis }))
  }
  const operators = graph.operators.map((operator) => {
    const isDense = operator.code === 'FULLY_CONNECTED' && tensors.get(operator.inputs[1]!)!.type === 'int8'
    return isDense ? { ...operator, options: { ...operator.options, asymmetric_quantize_inputs: true } } : operator
  })
  return { ...graph, tensors, operators }
}
