import { DT_FLOAT } from '../../ops/native.ts'
import type { AttributeValue, NodeDef } from './graph-def.ts'
import type { Recording } from './recorder.ts'

export const DT_BFLOAT16 = 14

/** Ops whose time bfloat16 saves. */
const HEAVY: ReadonlySet<string> = new Set(['Conv2D', 'DepthwiseConv2dNative', 'MatMul'])

/** Ops that stay in bfloat16 behind those, so that nothing is converted in between. Reductions over many values (Mean,
 *  Softmax) are made in float32. */
const LIGHT: ReadonlySet<string> = new Set([
  'BiasAdd',
  'Add',
  'AddV2',
  'Mul',
  'Relu',
  'Relu6',
  'Sigmoid',
  'MaxPool',
  'AvgPool',
  'Pad',
  'ConcatV2',
  'Reshape',
])

/** A forward pass with its heavy part in bfloat16: constants are converted here, casts are put where the type changes, and
 *  outputs are float32 as before. */
export function toBfloat16(recording: Recording): Recording {
  const byName = new Map(recording.nodes.map((node) => [node.name, node]))
  const fetched = new Set(recording.fetches)
  const low = new Set<string>()
  for (const node of recording.nodes) {
    if (fetched.has(node.name) || !isFloat(node.attributes['T'])) continue
    const follows = node.inputs.some((input) => low.has(input.split(':')[0]!))
    if (HEAVY.has(node.op) || (LIGHT.has(node.op) && follows)) low.add(node.name)
  }
  const made = new Map<string, NodeDef>()
  const convert = (input: string, wantsLow: boolean): string => {
    const source = byName.get(input.split(':')[0]!)
    if (input.startsWith('^') || source === undefined || !givesFloat(source)) return input
    if (low.has(source.name) === wantsLow) return input
    const name = `${input.replace(':', '_')}_${wantsLow ? 'low' : 'full'}`
    if (!made.has(name))
      made.set(name, wantsLow && source.op === 'Const' ? lowConstant(name, source) : cast(name, input, wantsLow))
    return name
  }
  const nodes = recording.nodes.map((node) => {
    const isIn = low.has(node.name)
    const inputs = node.inputs.map((input) => convert(input, isIn))
    const attributes = isIn ? { ...node.attributes, T: { type: DT_BFLOAT16 } } : node.attributes
    return { ...node, inputs, attributes }
  })
  return { ...recording, nodes: [...nodes, ...made.values()] }
}

function isFloat(value: AttributeValue | undefined): boolean {
  return value !== undefined && 'type' in value && value.type === DT_FLOAT
}

/** Whether a node's outputs are float32 numbers (no shapes, no indices). */
function givesFloat({ op, attributes }: NodeDef): boolean {
  return isFloat(op === 'Cast' ? attributes['DstT'] : (attributes['T'] ?? attributes['dtype'] ?? attributes['Tparams']))
}

function cast(name: string, input: string, toLow: boolean): NodeDef {
  const [from, to] = toLow ? [DT_FLOAT, DT_BFLOAT16] : [DT_BFLOAT16, DT_FLOAT]
  return { name, op: 'Cast', inputs: [input], attributes: { SrcT: { type: from }, DstT: { type: to } } }
}

function lowConstant(name: string, source: NodeDef): NodeDef {
  const { tensor } = source.attributes['value'] as Extract<AttributeValue, { tensor: unknown }>
  const value = { tensor: { dtype: DT_BFLOAT16, shape: tensor.shape, bytes: bfloat16Bytes(tensor.bytes) } }
  return { name, op: 'Const', inputs: [], attributes: { dtype: { type: DT_BFLOAT16 }, value } }
}

/** float32 to bfloat16, rounded to nearest, ties to even, as TensorFlow does. */
function bfloat16Bytes(bytes: Uint8Array): Uint8Array {
  const bits = new Uint32Array(bytes.slice().buffer)
  const halves = new Uint16Array(bits.length)
  for (let i = 0; i < halves.length; i++) halves[i] = (bits[i]! + 0x7fff + ((bits[i]! >>> 16) & 1)) >>> 16
  return new Uint8Array(halves.buffer)
}
