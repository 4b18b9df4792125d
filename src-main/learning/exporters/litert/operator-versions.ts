import type { LiteRtGraph, LiteRtOperator, LiteRtTensor } from './graph.ts'
import type { OperatorCode } from './schema.ts'

/** The version of an operator from which interpreters know what is asked of it, so that an older one refuses the file instead of answering
 *  something else. As TensorFlow's op_version.cc has them. */
export function operatorVersion({ tensors }: LiteRtGraph, operator: LiteRtOperator): number {
  const [x, second] = operator.inputs.map((name) => tensors.get(name)!)
  return OWN[operator.code]?.(x!, second!, operator, tensors.get(operator.output)!) ?? int8Version(x!, operator.code)
}

type VersionOf = (x: LiteRtTensor, second: LiteRtTensor, operator: LiteRtOperator, output: LiteRtTensor) => number

const isHybrid = (x: LiteRtTensor, weights: LiteRtTensor): boolean => x.type === 'float32' && weights.type === 'int8'

const OWN: Partial<Readonly<Record<OperatorCode, VersionOf>>> = {
  CONV_2D: (x, filter) => {
    if (x.shape[3] !== filter.shape[3]) return 6
    if (isHybrid(x, filter)) return 5
    return x.type === 'int8' ? 3 : 1
  },
  DEPTHWISE_CONV_2D: (x, filter, { options = {} }) => {
    if (isHybrid(x, filter)) return 6
    if (x.type === 'int8') return 3
    return options['dilation_w_factor'] === 1 && options['dilation_h_factor'] === 1 ? 1 : 2
  },
  FULLY_CONNECTED: (x, weights, { options = {} }) => {
    if (isHybrid(x, weights)) return 12
    if (options['keep_num_dims'] === true) return 5
    return x.type === 'int8' ? 4 : 1
  },
  MUL: (x, second, _, output) => {
    if (x.type !== 'int8') return 1
    return scaleOf(x) * scaleOf(second) >= scaleOf(output) ? 3 : 2
  },
  TRANSPOSE: (x) => (x.shape.length > 5 ? 6 : x.shape.length > 4 ? 4 : int8Version(x)),
  SLICE: (x) => (x.shape.length > 4 ? 5 : int8Version(x)),
  PAD: (x) => (x.shape.length > 4 ? 4 : int8Version(x)),
  PADV2: (x) => (x.shape.length > 4 ? 4 : int8Version(x)),
  DEQUANTIZE: (x) => (x.type === 'float16' ? 3 : int8Version(x)),
  SUB: broadcasting,
  MINIMUM: broadcasting,
  MAXIMUM: broadcasting,
  RESIZE_BILINEAR: () => 3,
  RESIZE_NEAREST_NEIGHBOR: () => 3,
}

/** They have one version for every type. */
const ALIKE: ReadonlySet<OperatorCode> = new Set([
  'QUANTIZE',
  'RESHAPE',
  'LEAKY_RELU',
  'PRELU',
  'HARD_SWISH',
  'ELU',
  'CAST',
  'NEG',
])

function int8Version({ type }: LiteRtTensor, code?: OperatorCode): number {
  return type === 'int8' && (code === undefined || !ALIKE.has(code)) ? 2 : 1
}

function broadcasting(x: LiteRtTensor, second: LiteRtTensor): number {
  const largest = Math.max(x.shape.length, second.shape.length)
  return largest > 4 && x.shape.join() !== second.shape.join() ? 3 : int8Version(x)
}

function scaleOf({ quantization }: LiteRtTensor): number {
  return quantization!.scales[0]!
}
