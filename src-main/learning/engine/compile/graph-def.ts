import { ProtoWriter } from './protobuf.ts'

/** Value of a node's attribute, by its kind in TensorFlow's attr_value.proto. */
export type AttributeValue =
  | { readonly type: number }
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly bool: boolean }
  | { readonly string: string }
  | { readonly shape: readonly number[] }
  | { readonly tensor: TensorValue }

export interface TensorValue {
  readonly dtype: number
  readonly shape: readonly number[]
  /** Little endian, row by row. */
  readonly bytes: Uint8Array
}

/** One node of a TensorFlow graph (node_def.proto). Inputs are `name`, `name:output` or `^name` (runs before). */
export interface NodeDef {
  readonly name: string
  readonly op: string
  readonly inputs: readonly string[]
  readonly attributes: Readonly<Record<string, AttributeValue>>
}

/** Producer version of the graph: that of TensorFlow 2.9, so that every runtime from there on reads it. */
const PRODUCER = 1087

/** A tensor of the graph as a signature names it, for batches of every size. */
export interface SignatureTensor {
  /** What callers say. */
  readonly key: string
  /** `node:output` */
  readonly tensor: string
  readonly dtype: number
  /** Without the batch axis. */
  readonly shape: readonly number[]
}

export interface Signature {
  readonly inputs: readonly SignatureTensor[]
  readonly outputs: readonly SignatureTensor[]
}

/** A SavedModel (saved_model.proto) with one graph tagged `serve`: bytes of `saved_model.pb`, in parts. `signature`: its `serving_default`. */
export function savedModel(nodes: Iterable<NodeDef>, signature?: Signature): readonly Uint8Array[] {
  const graph = new ProtoWriter()
  for (const node of nodes) graph.bytes(1, nodeProto(node))
  graph.bytes(4, new ProtoWriter().int(1, PRODUCER))
  const meta = new ProtoWriter().bytes(4, 'serve')
  const metaGraph = new ProtoWriter().bytes(1, meta).bytes(2, graph)
  if (signature !== undefined) metaGraph.bytes(5, entry('serving_default', signatureProto(signature)))
  return new ProtoWriter().int(1, 1).bytes(2, metaGraph).finish()
}

function signatureProto({ inputs, outputs }: Signature): ProtoWriter {
  const proto = new ProtoWriter()
  for (const each of inputs) proto.bytes(1, entry(each.key, tensorInfo(each)))
  for (const each of outputs) proto.bytes(2, entry(each.key, tensorInfo(each)))
  return proto.bytes(3, 'tensorflow/serving/predict')
}

function tensorInfo({ tensor, dtype, shape }: SignatureTensor): ProtoWriter {
  return new ProtoWriter()
    .bytes(1, tensor)
    .int(2, dtype)
    .bytes(3, shapeProto([-1, ...shape]))
}

/** One entry of a map. */
function entry(key: string, value: ProtoWriter): ProtoWriter {
  return new ProtoWriter().bytes(1, key).bytes(2, value)
}

function nodeProto({ name, op, inputs, attributes }: NodeDef): ProtoWriter {
  const node = new ProtoWriter().bytes(1, name).bytes(2, op)
  for (const input of inputs) node.bytes(3, input)
  for (const [key, value] of Object.entries(attributes)) node.bytes(5, entry(key, attributeProto(value)))
  return node
}

function attributeProto(value: AttributeValue): ProtoWriter {
  const proto = new ProtoWriter()
  if ('string' in value) return proto.bytes(2, value.string)
  if ('int' in value) return proto.int(3, value.int)
  if ('float' in value) return proto.float(4, value.float)
  if ('bool' in value) return proto.int(5, value.bool)
  if ('type' in value) return proto.int(6, value.type)
  if ('shape' in value) return proto.bytes(7, shapeProto(value.shape))
  if ('ints' in value) return proto.bytes(1, new ProtoWriter().packed(3, value.ints))
  const { dtype, shape, bytes } = value.tensor
  return proto.bytes(8, new ProtoWriter().int(1, dtype).bytes(2, shapeProto(shape)).bytes(4, bytes))
}

function shapeProto(shape: readonly number[]): ProtoWriter {
  const proto = new ProtoWriter()
  for (const size of shape) proto.bytes(2, new ProtoWriter().int(1, size))
  return proto
}
