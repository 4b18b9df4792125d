import { ProtoWriter } from '../../engine/compile/protobuf.ts'
import type { Attribute, Initializer, OnnxFile, OnnxNode } from './onnx-file.ts'

/** ONNX 1.12: what everything since 2022 reads. */
const IR_VERSION = 8
export const OPSET = 17

/** TensorProto.DataType. */
const FLOAT = 1
const UINT8 = 2
const INT8 = 3
const INT32 = 6
const INT64 = 7
const FLOAT16 = 10

/** AttributeProto.AttributeType. */
const TYPES = { float: 1, int: 2, string: 3, ints: 7 } as const

/** The bytes of a ModelProto, in parts that follow each other. */
export function writeOnnxProto(file: OnnxFile): readonly Uint8Array[] {
  const graph = new ProtoWriter()
  for (const node of file.nodes) graph.bytes(1, nodeProto(node))
  graph.bytes(2, 'graft')
  for (const tensor of file.initializers) graph.bytes(5, tensorProto(tensor))
  graph.bytes(11, valueProto(file.input.name, file.input.shape, file.input.isBytes ? UINT8 : FLOAT))
  for (const { name, shape } of file.outputs) graph.bytes(12, valueProto(name, shape, FLOAT))
  const model = new ProtoWriter().int(1, IR_VERSION).bytes(2, 'graft').bytes(7, graph)
  model.bytes(8, new ProtoWriter().bytes(1, '').int(2, OPSET))
  for (const [key, value] of Object.entries(file.notes)) {
    model.bytes(14, new ProtoWriter().bytes(1, key).bytes(2, value))
  }
  return model.finish()
}

function nodeProto({ op, inputs, output, attributes }: OnnxNode): ProtoWriter {
  const node = new ProtoWriter()
  for (const name of inputs) node.bytes(1, name)
  node.bytes(2, output).bytes(3, output).bytes(4, op)
  for (const [name, value] of Object.entries(attributes)) node.bytes(5, attributeProto(name, value))
  return node
}

function attributeProto(name: string, value: Attribute): ProtoWriter {
  const attribute = new ProtoWriter().bytes(1, name)
  if (typeof value === 'number') return attribute.int(3, value).int(20, TYPES.int)
  if (typeof value === 'string') return attribute.bytes(4, value).int(20, TYPES.string)
  if ('float' in value) return attribute.float(2, value.float).int(20, TYPES.float)
  for (const each of value) attribute.int(8, each)
  return attribute.int(20, TYPES.ints)
}

function tensorProto({ name, shape, values }: Initializer): ProtoWriter {
  const tensor = new ProtoWriter()
  for (const size of shape) tensor.int(1, size)
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return tensor.int(2, typeOf(values)).bytes(8, name).bytes(9, bytes)
}

function typeOf(values: Initializer['values']): number {
  if (values instanceof Float32Array) return FLOAT
  if (values instanceof BigInt64Array) return INT64
  if (values instanceof Int32Array) return INT32
  if (values instanceof Int8Array) return INT8
  return values instanceof Uint8Array ? UINT8 : FLOAT16
}

function valueProto(name: string, shape: readonly number[], type: number): ProtoWriter {
  const sizes = new ProtoWriter().bytes(1, new ProtoWriter().bytes(2, 'batch'))
  for (const size of shape) sizes.bytes(1, new ProtoWriter().int(1, size))
  const tensor = new ProtoWriter().int(1, type).bytes(2, sizes)
  return new ProtoWriter().bytes(1, name).bytes(2, new ProtoWriter().bytes(1, tensor))
}
