import { Builder } from 'flatbuffers'
import { GraftError } from '../../../contract/errors.ts'
import { product } from '../../network/layers/row-parts.ts'
import { operatorVersion } from './operator-versions.ts'
import type { LiteRtGraph, LiteRtOperator, LiteRtTensor } from './graph.ts'
import { DYNAMIC } from './graph.ts'
import { FILE_IDENTIFIER, OPERATORS, SCHEMA_VERSION, TENSOR_TYPES, TYPE_BYTES } from './schema.ts'
import { writeBytes, writeInt64s, writeNumbers, writeTable, writeTables } from './write-table.ts'

export interface Signature {
  readonly input: string
  /** A name for each output of the graph. */
  readonly outputs: readonly string[]
}

/** Offsets in a FlatBuffer have 32 bits with a sign. */
const MOST_BYTES = 2 ** 31 - 1

/** The bytes of a .tflite file. The same graph gives the same bytes. Throws E_EXPORT_FORMAT. */
export function encodeLiteRt(graph: LiteRtGraph, signature: Signature): Uint8Array {
  const size = roughSize(graph)
  if (size > MOST_BYTES) throw tooLarge(size)
  const builder = new Builder(size)
  const places = new Map([...graph.tensors.keys()].map((name, index) => [name, index]))
  const place = (name: string): number => places.get(name)!
  const constants = [...graph.tensors].filter(([, { values }]) => values !== undefined).map(([name]) => name)
  // Buffer 0 is the empty one of everything that is computed.
  const buffers = [writeTable(builder, 'Buffer', {}), ...constants.map((name) => writeBuffer(builder, graph, name))]
  const tensors = [...graph.tensors].map(([name, tensor]) =>
    writeTensor(builder, { name, tensor, buffer: constants.indexOf(name) + 1 }),
  )
  const codes = operatorCodes(graph)
  const operators = graph.operators.map((operator) =>
    writeOperator(builder, operator, { place, index: codes.findIndex(({ key }) => key === keyOf(graph, operator)) }),
  )
  const subgraph = writeTable(builder, 'SubGraph', {
    tensors: writeTables(builder, tensors),
    inputs: writeNumbers(builder, 'int32', [place(graph.input)]),
    outputs: writeNumbers(builder, 'int32', graph.outputs.map(place)),
    operators: writeTables(builder, operators),
    name: builder.createString('main'),
  })
  const model = writeTable(builder, 'Model', {
    version: SCHEMA_VERSION,
    operator_codes: writeTables(
      builder,
      codes.map((code) => writeOperatorCode(builder, code)),
    ),
    subgraphs: writeTables(builder, [subgraph]),
    description: builder.createString('Graft'),
    buffers: writeTables(builder, buffers),
    signature_defs: writeTables(builder, [writeSignature(builder, graph, { signature, place })]),
  })
  builder.finish(model, FILE_IDENTIFIER)
  return builder.asUint8Array()
}

/** Large enough in nearly every case: a builder that grows copies all that it holds. */
function roughSize({ tensors, operators }: LiteRtGraph): number {
  const constants = [...tensors.values()].filter(({ values }) => values !== undefined)
  const bytes = constants.reduce((total, { type, shape }) => total + TYPE_BYTES[type] * product(shape), 0)
  return bytes + (tensors.size + operators.length + 8) * 256
}

function tooLarge(size: number): GraftError {
  const message = `Expected a LiteRT file of at most 2 GB. Received: ${(size / 1e9).toFixed(1)} GB.`
  return new GraftError('E_EXPORT_FORMAT', message, { fix: 'Choose float16 or int8 weights, or another format.' })
}

function writeBuffer(builder: Builder, { tensors }: LiteRtGraph, name: string): number {
  const values = tensors.get(name)!.values!()
  const data = writeBytes(builder, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  return writeTable(builder, 'Buffer', { data })
}

function writeTensor(
  builder: Builder,
  { name, tensor, buffer }: { name: string; tensor: LiteRtTensor; buffer: number },
): number {
  const { shape, type, quantization } = tensor
  const isDynamic = shape.includes(DYNAMIC)
  return writeTable(builder, 'Tensor', {
    shape: writeNumbers(
      builder,
      'int32',
      shape.map((size) => (size === DYNAMIC ? 1 : size)),
    ),
    type: TENSOR_TYPES[type],
    buffer,
    name: builder.createString(name),
    ...(quantization === undefined ? {} : { quantization: writeQuantization(builder, quantization) }),
    ...(isDynamic ? { shape_signature: writeNumbers(builder, 'int32', shape) } : {}),
  })
}

function writeQuantization(builder: Builder, quantization: NonNullable<LiteRtTensor['quantization']>): number {
  const { scales, zeroPoints, axis = 0 } = quantization
  return writeTable(builder, 'QuantizationParameters', {
    scale: writeNumbers(builder, 'float32', scales),
    zero_point: writeInt64s(builder, zeroPoints),
    quantized_dimension: axis,
  })
}

interface Code {
  readonly key: string
  readonly code: number
  readonly version: number
}

/** Operators of one kind and version share an entry. */
function operatorCodes(graph: LiteRtGraph): Code[] {
  const codes = new Map<string, Code>()
  for (const operator of graph.operators) {
    const key = keyOf(graph, operator)
    codes.set(key, { key, code: OPERATORS[operator.code].code, version: operatorVersion(graph, operator) })
  }
  return [...codes.values()]
}

function keyOf(graph: LiteRtGraph, operator: LiteRtOperator): string {
  return `${operator.code} ${operatorVersion(graph, operator)}`
}

/** Readers from before 2020 know the first field only, which ends at 127. */
function writeOperatorCode(builder: Builder, { code, version }: Code): number {
  return writeTable(builder, 'OperatorCode', {
    deprecated_builtin_code: Math.min(code, 127),
    builtin_code: code,
    version,
  })
}

function writeOperator(
  builder: Builder,
  { code, inputs, output, options = {} }: LiteRtOperator,
  { place, index }: { place: (name: string) => number; index: number },
): number {
  const known = OPERATORS[code]
  const own = 'options' in known ? known.options : null
  return writeTable(builder, 'Operator', {
    opcode_index: index,
    inputs: writeNumbers(builder, 'int32', inputs.map(place)),
    outputs: writeNumbers(builder, 'int32', [place(output)]),
    ...(own === null ? {} : { builtin_options_type: own[1], builtin_options: writeTable(builder, own[0], options) }),
  })
}

function writeSignature(
  builder: Builder,
  graph: LiteRtGraph,
  { signature, place }: { signature: Signature; place: (name: string) => number },
): number {
  const map = (name: string, tensor: string): number =>
    writeTable(builder, 'TensorMap', { name: builder.createString(name), tensor_index: place(tensor) })
  const outputs = signature.outputs.map((name, head) => map(name, graph.outputs[head]!))
  return writeTable(builder, 'SignatureDef', {
    inputs: writeTables(builder, [map(signature.input, graph.input)]),
    outputs: writeTables(builder, outputs),
    signature_key: builder.createString('serving_default'),
  })
}
