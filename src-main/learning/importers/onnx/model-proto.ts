import { fieldsOf, float32Of, packedIntegers, signed, textOf } from '../files/protobuf.ts'
import type { ProtoField } from '../files/protobuf.ts'
import { brokenFile, quoted, unsupported } from '../refusals.ts'
import { readTensor } from './tensor-proto.ts'
import type { StoredTensor } from './tensor-proto.ts'

/** An attribute by its type; graphs, lists of tensors and the like are `other`. */
export interface OnnxAttribute {
  readonly integer: number
  readonly float: number
  readonly text: string
  readonly integers: readonly number[]
  readonly floats: readonly number[]
  readonly tensor: StoredTensor | null
}

export interface OnnxNode {
  readonly name: string
  readonly op: string
  /** '' and `ai.onnx` are ONNX' own. */
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: ReadonlyMap<string, OnnxAttribute>
  /** What exporters note beside a node. */
  readonly notes: ReadonlyMap<string, string>
}

export interface OnnxInput {
  readonly name: string
  /** null: open. */
  readonly shape: readonly (number | null)[]
}

export interface OnnxModel {
  readonly opset: number
  readonly producer: string
  readonly notes: ReadonlyMap<string, string>
  readonly nodes: readonly OnnxNode[]
  readonly initializers: ReadonlyMap<string, StoredTensor>
  readonly inputs: readonly OnnxInput[]
  readonly outputs: readonly string[]
}

const MAX_NODES = 20_000

/** A ModelProto (onnx.proto of ONNX 1.20). `folder` is where external data lies. Throws E_MODEL_FILE. */
export function readModelProto(bytes: Uint8Array, folder: string): OnnxModel {
  let [opset, producer] = [0, '']
  let graph: Uint8Array | null = null
  const notes = new Map<string, string>()
  for (const field of fieldsOf(bytes, 'the model')) {
    if (field.number === 2) producer = textOf(field.bytes)
    else if (field.number === 7) graph = field.bytes
    else if (field.number === 8) opset = Math.max(opset, opsetOf(field.bytes))
    else if (field.number === 14) addNote(notes, field.bytes)
  }
  if (graph === null || opset === 0) {
    throw brokenFile(`Expected a graph and the version of its operators in the ONNX file. Received: ${graph === null ? 'no graph' : 'no version'}.`) // prettier-ignore
  }
  return { opset, producer, notes, ...readGraph(graph, folder) }
}

/** Of ONNX' own operators; 0: of others. */
function opsetOf(bytes: Uint8Array): number {
  let [domain, version] = ['', 0]
  for (const field of fieldsOf(bytes, 'the version of the operators')) {
    if (field.number === 1) domain = textOf(field.bytes)
    else if (field.number === 2) version = signed(field.integer)
  }
  return domain === '' || domain === 'ai.onnx' ? version : 0
}

function readGraph(
  bytes: Uint8Array,
  folder: string,
): Pick<OnnxModel, 'nodes' | 'initializers' | 'inputs' | 'outputs'> {
  const nodes: OnnxNode[] = []
  const initializers = new Map<string, StoredTensor>()
  const [inputs, outputs]: OnnxInput[][] = [[], []]
  for (const field of fieldsOf(bytes, 'the graph')) {
    if (field.number === 1) nodes.push(readNode(field.bytes, folder))
    else if (field.number === 5) {
      const tensor = readTensor(field.bytes, folder)
      if (initializers.has(tensor.name)) throw brokenFile(`The tensor ${quoted(tensor.name)} is there twice.`)
      initializers.set(tensor.name, tensor)
    } else if (field.number === 11) inputs!.push(readInput(field.bytes))
    else if (field.number === 12) outputs!.push(readInput(field.bytes))
    else if (field.number === 15) throw sparse()
    if (nodes.length > MAX_NODES) throw brokenFile(`Expected a graph of at most ${MAX_NODES} nodes. Received: more.`)
  }
  return {
    nodes,
    initializers,
    // Files of before version 4 list their weights as inputs, too.
    inputs: inputs!.filter(({ name }) => !initializers.has(name)),
    outputs: outputs!.map(({ name }) => name),
  }
}

function readNode(bytes: Uint8Array, folder: string): OnnxNode {
  let [name, op, domain] = ['', '', '']
  const [inputs, outputs]: string[][] = [[], []]
  const attributes = new Map<string, OnnxAttribute>()
  const notes = new Map<string, string>()
  for (const field of fieldsOf(bytes, 'a node')) {
    if (field.number === 1) inputs!.push(textOf(field.bytes))
    else if (field.number === 2) outputs!.push(textOf(field.bytes))
    else if (field.number === 3) name = textOf(field.bytes)
    else if (field.number === 4) op = textOf(field.bytes)
    else if (field.number === 5) attributes.set(...readAttribute(field.bytes, folder))
    else if (field.number === 7) domain = textOf(field.bytes)
    else if (field.number === 9) addNote(notes, field.bytes)
  }
  return { name, op, domain: domain === 'ai.onnx' ? '' : domain, inputs: inputs!, outputs: outputs!, attributes, notes }
}

function readAttribute(bytes: Uint8Array, folder: string): [string, OnnxAttribute] {
  let [name, text, integer, float] = ['', '', 0, 0]
  const [integers, floats]: number[][] = [[], []]
  let tensor: StoredTensor | null = null
  for (const field of fieldsOf(bytes, 'an attribute')) {
    if (field.number === 1) name = textOf(field.bytes)
    else if (field.number === 2) float = float32Of(field.integer)
    else if (field.number === 3) integer = signed(field.integer)
    else if (field.number === 4) text = textOf(field.bytes)
    else if (field.number === 5) tensor = readTensor(field.bytes, folder)
    else if (field.number === 7) for (const value of floatsOf(field)) floats!.push(value)
    else if (field.number === 8) for (const value of integersOf(field)) integers!.push(value)
  }
  return [name, { integer, float, text, integers: integers!, floats: floats!, tensor }]
}

/** Repeated numbers are written one by one or packed. */
function integersOf({ isBytes, integer, bytes }: ProtoField): number[] {
  return !isBytes ? [signed(integer)] : packedIntegers(bytes, 'an attribute').map(signed)
}

function floatsOf({ isBytes, integer, bytes }: ProtoField): number[] {
  if (!isBytes) return [float32Of(integer)]
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => view.getFloat32(4 * index, true))
}

/** ValueInfoProto: name, type.tensor_type.shape.dim. */
function readInput(bytes: Uint8Array): OnnxInput {
  let name = ''
  const shape: (number | null)[] = []
  for (const field of fieldsOf(bytes, 'an input')) {
    if (field.number === 1) name = textOf(field.bytes)
    if (field.number !== 2) continue
    for (const type of fieldsOf(field.bytes, 'the type of an input')) {
      if (type.number !== 1) continue
      for (const part of fieldsOf(type.bytes, 'the type of an input')) {
        if (part.number === 2) for (const size of dimensions(part.bytes)) shape.push(size)
      }
    }
  }
  return { name, shape }
}

function dimensions(bytes: Uint8Array): (number | null)[] {
  return [...fieldsOf(bytes, 'the shape of an input')].map((dimension) => {
    const fixed = [...fieldsOf(dimension.bytes, 'the shape of an input')].find(({ number }) => number === 1)
    const size = fixed === undefined ? 0 : signed(fixed.integer)
    return size > 0 ? size : null
  })
}

function addNote(notes: Map<string, string>, bytes: Uint8Array): void {
  let [key, value] = ['', '']
  for (const field of fieldsOf(bytes, 'a note')) {
    if (field.number === 1) key = textOf(field.bytes)
    else if (field.number === 2) value = textOf(field.bytes)
  }
  notes.set(key, value)
}

function sparse(): Error {
  return unsupported(
    'The ONNX file has sparse weights, which Graft does not read.',
    'Export the model with dense weights.',
  )
}
