import { ProtoWriter } from '../../src-main/learning/engine/compile/protobuf.ts'

/** A node of an ONNX graph: integers and lists of them as attributes, and floats as `{ float }`. */
export interface TestNode {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs?: readonly string[]
  readonly domain?: string
  readonly attributes?: Readonly<Record<string, number | readonly number[] | { readonly float: number } | string>>
}

export interface TestTensor {
  readonly name: string
  readonly dims: readonly number[]
  readonly values?: readonly number[]
  /** ONNX' number of the type; left out: float32. */
  readonly type?: number
  /** Where external data lies. */
  readonly location?: string
}

export interface TestGraph {
  readonly nodes?: readonly TestNode[]
  readonly tensors?: readonly TestTensor[]
  /** Name and sizes; null: open. */
  readonly inputs?: readonly (readonly [string, readonly (number | null)[]])[]
  readonly outputs?: readonly string[]
  readonly opset?: number
  readonly notes?: Readonly<Record<string, string>>
}

const PICTURES = [['x', [null, 3, 8, 8]]] as const

/** The bytes of an ONNX file, written by hand (onnx.proto). */
export function onnxFile({
  nodes = [],
  tensors = [],
  inputs = PICTURES,
  outputs = ['y'],
  opset = 17,
  notes = {},
}: TestGraph): Uint8Array {
  const graph = new ProtoWriter()
  for (const node of nodes) graph.bytes(1, nodeProto(node))
  for (const tensor of tensors) graph.bytes(5, tensorProto(tensor))
  for (const [name, shape] of inputs) graph.bytes(11, valueProto(name, shape))
  for (const name of outputs) graph.bytes(12, valueProto(name, []))
  const model = new ProtoWriter().int(1, 8).bytes(7, graph).bytes(8, new ProtoWriter().bytes(1, '').int(2, opset))
  for (const [key, value] of Object.entries(notes)) model.bytes(14, new ProtoWriter().bytes(1, key).bytes(2, value))
  return Buffer.concat(model.finish())
}

function nodeProto({ op, inputs, outputs = ['y'], domain, attributes = {} }: TestNode): ProtoWriter {
  const writer = new ProtoWriter()
  for (const name of inputs) writer.bytes(1, name)
  for (const name of outputs) writer.bytes(2, name)
  writer.bytes(3, `${op} to ${outputs[0]}`).bytes(4, op)
  if (domain !== undefined) writer.bytes(7, domain)
  for (const [name, value] of Object.entries(attributes)) {
    const attribute = new ProtoWriter().bytes(1, name)
    if (typeof value === 'number') attribute.int(3, value)
    else if (typeof value === 'string') attribute.bytes(4, value)
    else if ('float' in value) attribute.float(2, value.float)
    else for (const each of value) attribute.int(8, each)
    writer.bytes(5, attribute)
  }
  return writer
}

function tensorProto({ name, dims, values = [], type = 1, location }: TestTensor): ProtoWriter {
  const writer = new ProtoWriter().packed(1, dims).int(2, type).bytes(8, name)
  if (location !== undefined) {
    return writer.bytes(13, new ProtoWriter().bytes(1, 'location').bytes(2, location)).int(14, 1)
  }
  if (type === 7) return writer.packed(7, values)
  return writer.bytes(9, new Uint8Array(Float32Array.from(values).buffer))
}

function valueProto(name: string, shape: readonly (number | null)[]): ProtoWriter {
  const sizes = new ProtoWriter()
  for (const size of shape) sizes.bytes(1, size === null ? new ProtoWriter().bytes(2, 'n') : new ProtoWriter().int(1, size)) // prettier-ignore
  return new ProtoWriter()
    .bytes(1, name)
    .bytes(2, new ProtoWriter().bytes(1, new ProtoWriter().int(1, 1).bytes(2, sizes)))
}

/** A tensor of as many different numbers as it needs. */
export function testTensor(name: string, ...dims: number[]): TestTensor {
  const count = dims.reduce((total, size) => total * size, 1)
  return { name, dims, values: Array.from({ length: count }, (_, index) => Math.sin(index + 1)) }
}
