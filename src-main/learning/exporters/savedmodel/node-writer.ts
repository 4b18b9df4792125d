import { DT_FLOAT, DT_INT32, DT_UINT8 } from '../../ops/native.ts'
import type { AttributeValue, NodeDef } from '../../engine/compile/graph-def.ts'
import type { Constant } from '../../operations/graph.ts'

export type Attributes = Readonly<Record<string, AttributeValue>>

const FLOATS: Attributes = { T: { type: DT_FLOAT } }

/** Nodes of a TensorFlow graph in the making. Nodes that together do what one operation does are called `operation/part`. */
export class NodeWriter {
  readonly nodes: NodeDef[] = []
  readonly #names = new Set<string>()
  readonly #made = new Map<string, string>()
  #scope = ''

  /** From here on `part` is the name inside this operation. */
  begin(operation: string): void {
    this.#scope = nodeName(operation)
  }

  /** Adds a node and gives its output. Element types are float32 where `attributes` names none. */
  node(part: string, op: string, inputs: readonly string[], attributes: Attributes = FLOATS): string {
    const name = this.#free(part === '' ? this.#scope : `${this.#scope}/${part}`)
    this.nodes.push({ name, op, inputs, attributes })
    return name
  }

  floats(part: string, shape: readonly number[], values: Float32Array): string {
    return this.#constant(part, DT_FLOAT, shape, values)
  }

  scalar(part: string, value: number): string {
    return this.floats(part, [], Float32Array.of(value))
  }

  integer(part: string, value: number): string {
    return this.#constant(part, DT_INT32, [], Int32Array.of(value))
  }

  integers(part: string, values: readonly number[]): string {
    return this.#constant(part, DT_INT32, [values.length], Int32Array.from(values))
  }

  /** Pairs, one a row. */
  pairs(part: string, values: readonly (readonly [number, number])[]): string {
    return this.#constant(part, DT_INT32, [values.length, 2], Int32Array.from(values.flat()))
  }

  /** A constant of the graph, written once. */
  constant(name: string, { shape, values }: Constant): string {
    return this.#once(name, () => this.floats('', shape, values()))
  }

  /** The input, as float32. `pixels`: it takes uint8. */
  input(name: string, shape: readonly number[], pixels: boolean): { tensor: string; value: string } {
    this.begin(name)
    const dtype = pixels ? DT_UINT8 : DT_FLOAT
    const tensor = this.node('', 'Placeholder', [], { dtype: { type: dtype }, shape: { shape: [-1, ...shape] } })
    const casts = { SrcT: { type: DT_UINT8 }, DstT: { type: DT_FLOAT } }
    return { tensor, value: pixels ? this.node('float', 'Cast', [tensor], casts) : tensor }
  }

  #once(name: string, make: () => string): string {
    const known = this.#made.get(name)
    if (known !== undefined) return known
    const scope = this.#scope
    this.begin(name)
    const made = make()
    this.#scope = scope
    this.#made.set(name, made)
    return made
  }

  #constant(part: string, dtype: number, shape: readonly number[], values: Float32Array | Int32Array): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    return this.node(part, 'Const', [], { dtype: { type: dtype }, value: { tensor: { dtype, shape, bytes } } })
  }

  #free(name: string): string {
    let free = name
    for (let number = 1; this.#names.has(free); number++) free = `${name}_${number}`
    this.#names.add(free)
    return free
  }
}

/** TensorFlow's names of nodes begin with a letter, a digit or a dot. */
function nodeName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_./-]/g, '_')
  return /^[A-Za-z0-9.]/.test(plain) ? plain : `layer${plain}`
}
