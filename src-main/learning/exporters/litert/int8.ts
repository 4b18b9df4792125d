import { GraphInIntegers } from './graph-in-integers.ts'
import type { LiteRtGraph, LiteRtOperator } from './graph.ts'
import {
  activationQuantization,
  type Quantization,
  quantizedBias,
  quantizedWeights,
  type Range,
  SYMMETRIC_UNIT,
  UNIT,
} from '../quantization/quantization.ts'
import type { OperatorCode } from './schema.ts'
import { CHANNEL_AXIS, type Floats, floatsOf } from './weight-places.ts'

/** The scale of what an operator gives: that of its input, one that the specification fixes, or one that its range asks for. */
type OutputScale = 'inherited' | 'measured' | Quantization

/** Operators that compute in integers. The others get float32, and what they give is quantized again. Not BATCH_MATMUL: the int8 one of XNNPACK in
 *  TensorFlow 2.21 is wrong by as much as its output is large (measured on attention; in LiteRT 2.3 it is right). */
const INTEGER: Partial<Readonly<Record<OperatorCode, OutputScale>>> = {
  ...{ CONV_2D: 'measured', DEPTHWISE_CONV_2D: 'measured', FULLY_CONNECTED: 'measured' },
  ...{ ADD: 'measured', MUL: 'measured', MEAN: 'measured', CONCATENATION: 'measured' },
  ...{ RELU: 'measured', RELU6: 'measured', LEAKY_RELU: 'measured', PRELU: 'measured', ELU: 'measured' },
  ...{ HARD_SWISH: 'measured', GELU: 'measured' },
  ...{ MAX_POOL_2D: 'inherited', AVERAGE_POOL_2D: 'inherited', REDUCE_MAX: 'inherited' },
  ...{ RESHAPE: 'inherited', TRANSPOSE: 'inherited', PAD: 'inherited', PADV2: 'inherited', SLICE: 'inherited' },
  ...{ RESIZE_BILINEAR: 'inherited', RESIZE_NEAREST_NEIGHBOR: 'inherited' },
  ...{ LOGISTIC: UNIT, SOFTMAX: UNIT, TANH: SYMMETRIC_UNIT },
}

/** Weights and activations as int8. `ranges`: of each operation's value and the input, seen in calibration. Input and outputs keep their types.
 *  Float32 stays what has no range or no integer kernel: attention, the parts of a layer normalization, and the preparation of the input, which one
 *  scale for all channels would coarsen. */
export function fullInt8(graph: LiteRtGraph, ranges: ReadonlyMap<string, Range>): LiteRtGraph {
  const made = new GraphInIntegers(graph, (name) => ranges.get(name) ?? graph.tensors.get(name)?.range)
  const prepared = preparation(graph)
  for (const operator of graph.operators) {
    const scale = INTEGER[operator.code]
    const isInteger = scale !== undefined && !prepared.has(operator.output) && hasScales(made, operator, scale)
    if (isInteger) addInteger(made, operator, scale)
    else made.add({ ...operator, inputs: operator.inputs.map((name) => made.asFloat(name)) })
  }
  return made.finish()
}

/** What sums and products with constants make of the input before anything else does. */
function preparation({ input, operators, tensors }: LiteRtGraph): Set<string> {
  const names = new Set([input])
  for (const { code, inputs, output } of operators) {
    const isPreparing = code === 'CAST' || code === 'ADD' || code === 'MUL'
    const isAllKnown = inputs.every((name) => names.has(name) || tensors.get(name)!.values !== undefined)
    if (isPreparing && isAllKnown) names.add(output)
  }
  return names
}

function hasScales(made: GraphInIntegers, { code, inputs, output }: LiteRtOperator, scale: OutputScale): boolean {
  // Attention is float32 from product to product.
  if (code === 'SOFTMAX' && !made.isInt8(inputs[0]!)) return false
  const isOutputKnown = scale !== 'measured' || made.rangeOf(output) !== undefined
  return isOutputKnown && inputs.every((name) => made.isConstant(name) || made.hasScale(name))
}

function addInteger(made: GraphInIntegers, operator: LiteRtOperator, scale: OutputScale): void {
  const { code, output } = operator
  const [first, ...others] = operator.inputs as [string, ...string[]]
  const axis = CHANNEL_AXIS[code]
  const measured = () => activationQuantization(made.rangeOf(output)!)
  if (code === 'CONCATENATION') {
    const joined = measured()
    made.add({ ...operator, inputs: operator.inputs.map((name) => made.asInt8(name, joined)) }, joined)
    return
  }
  const x = made.asInt8(first)
  const own = made.scaleOf(x)
  const inputs =
    axis === undefined ? others.map((name) => besides(made, operator, name, own)) : kernel(made, others, axis, own)
  const given = scale === 'inherited' ? own : scale === 'measured' ? measured() : scale
  made.add({ ...operator, inputs: [x, ...inputs] }, given)
}

/** The second of two values or a constant; a padding has the scale of what it pads. */
function besides(made: GraphInIntegers, { code }: LiteRtOperator, name: string, own: Quantization): string {
  return made.asInt8(name, code === 'PADV2' ? own : undefined)
}

function kernel(made: GraphInIntegers, names: readonly string[], axis: number, own: Quantization): string[] {
  const [weights, bias] = names.map((name) => floatsOf(made.tensor(name))) as [Floats, Floats]
  const inputScale = own.scales[0]!
  const stored = quantizedWeights(weights, { axis, bias: { values: bias.values(), inputScale } })
  made.replace(names[0]!, stored)
  made.replace(names[1]!, quantizedBias(bias, inputScale, stored.quantization))
  return [...names]
}
