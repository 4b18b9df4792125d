import type { Tensor, Variable } from '../../runtime.ts'
import {
  type Binding,
  type GraphOp,
  type InPlaceUpdate,
  type NativeBackend,
  nativeType,
  type OpAttribute,
  setStepRecorder,
  type TensorMetadata,
} from '../../ops/native.ts'
import { completeAttributes, givenAttributes, Uncompilable } from './attributes.ts'
import type { AttributeValue, NodeDef } from './graph-def.ts'
import { hasKernel } from './has-kernel.ts'

/** A function's ops as graph nodes. */
export interface Recording {
  readonly nodes: readonly NodeDef[]
  /** Names of the placeholders, one per input. */
  readonly feeds: readonly string[]
  /** Names of the nodes that give the outputs; fetching any of them makes every update. */
  readonly fetches: readonly string[]
  /** Variables that the function reads or changes, and those that it changes. */
  readonly used: ReadonlySet<Variable>
  readonly changed: ReadonlySet<Variable>
}

export interface RecorderOptions {
  /** Begins every node's name. */
  readonly prefix: string
  /** All that exist. */
  readonly variables: readonly Variable[]
  /** Node of a variable's resource handle; null: variables are written as constants, for functions that change none. */
  readonly handle: ((variable: Variable) => string) | null
}

/** The resource holds what a native op has just made of it; no tensor has that value yet. */
const IN_PLACE = -2

/** What is known of a variable while its function is recorded. */
interface Held {
  readonly variable: Variable
  readonly handle: string
  readonly type: number
  /** The tensor that the resource holds at this point. */
  stored: number
  /** Node that wrote it last; null: unchanged so far. */
  write: string | null
  /** Everything that has to be over before the next write. */
  before: string[]
}

/** Sees the ops of one function while it runs eagerly, and writes each of them as a graph node. Values are known by the
 *  addon's tensor ids, which are never used twice. */
export class Recorder {
  readonly #native: NativeBackend
  readonly #binding: Binding
  readonly #options: RecorderOptions
  readonly #nodes: NodeDef[] = []
  readonly #feeds: string[]
  /** Tensor id -> the node output that gives it. */
  readonly #sources = new Map<number, string>()
  readonly #types = new Map<number, number>()
  /** Tensors that exist outside of the function: what a constant needs. */
  readonly #known = new Map<number, Tensor>()
  /** Made by JavaScript while recording. */
  readonly #constants = new Map<number, { shape: readonly number[]; dtype: number; values: ArrayBufferView }>()
  readonly #held = new Map<Variable, Held>()
  readonly #byId = new Map<number, Variable>()
  /** The tensor that each variable holds before the function runs. */
  readonly #start = new Map<Variable, number>()
  /** Tensors made inside an in-place update: they are not part of the graph. */
  readonly #hidden = new Set<number>()
  readonly #taken = new Set<number>()
  #isPaused = false
  /** What is recorded is compiled together; null: op by op. */
  #scope: string | null = null
  #problem: Uncompilable | null = null

  constructor(native: NativeBackend, inputs: readonly Tensor[], options: RecorderOptions) {
    this.#native = native
    this.#binding = native.binding
    this.#options = options
    this.#feeds = native.getInputTensorIds(inputs).map((id, i) => this.#placeholder(id, inputs[i]!))
    for (const variable of options.variables) this.#start.set(variable, this.#ownId(variable))
    this.#start.forEach((id, variable) => this.#byId.set(id, variable))
  }

  /** Runs the function with every op seen. Returns what it returns; `finish` then gives the graph. */
  run<R>(fn: () => R): R {
    const native = this.#native
    const { getInputTensorIds } = native
    native.binding = this.#watchedBinding()
    native.getInputTensorIds = (tensors) => {
      const ids = getInputTensorIds.call(native, tensors)
      ids.forEach((id, i) => this.#known.set(id, tensors[i]!))
      return ids
    }
    setStepRecorder(native, {
      update: (updates, eager) => this.#update(updates, eager),
      replace: (op, eager) => this.#replace(op, eager),
      together: (fn) => this.#together(fn),
    })
    try {
      return fn()
    } finally {
      setStepRecorder(native, null)
      native.binding = this.#binding
      // Back to the method of the class.
      delete (native as Partial<NativeBackend>).getInputTensorIds
    }
  }

  /** Throws Uncompilable when something happened that a graph cannot repeat. */
  finish(outputs: readonly Tensor[]): Recording {
    if (this.#problem !== null) throw this.#problem
    const ids = this.#native.getInputTensorIds(outputs)
    ids.forEach((id, i) => this.#known.set(id, outputs[i]!))
    for (const variable of this.#options.variables) this.#store(variable)
    const writes = [...this.#held.values()].flatMap(({ write }) => (write === null ? [] : [`^${write}`]))
    const fetches = ids.map((id, i) => {
      const source = this.#source(id)
      const attributes = { T: { type: this.#types.get(id) ?? nativeType(outputs[i]!) } }
      return this.#node(`o${i}`, 'Identity', [source, ...writes], attributes)
    })
    const held = [...this.#held.values()]
    return {
      nodes: this.#nodes,
      feeds: this.#feeds,
      fetches,
      used: new Set(held.map(({ variable }) => variable)),
      changed: new Set(held.filter(({ write }) => write !== null).map(({ variable }) => variable)),
    }
  }

  #watchedBinding(): Binding {
    // The addon's own functions are read-only, so they are put into another object.
    const names = Object.getOwnPropertyNames(this.#binding) as (keyof Binding)[]
    const watched = Object.fromEntries(names.map((name) => [name, this.#binding[name]])) as unknown as Binding
    return Object.assign(watched, {
      executeOp: (op: string, attributes: OpAttribute[], inputs: number[], outputs: number) => {
        const made = this.#binding.executeOp(op, attributes, inputs, outputs)
        this.#attempt(() => this.#op(op, attributes, inputs, made))
        return made
      },
      createTensor: (shape: number[], dtype: number, values: ArrayBufferView) => {
        const id = this.#binding.createTensor(shape, dtype, values)
        if (this.#isPaused) this.#hidden.add(id)
        else this.#constants.set(id, { shape: [...shape], dtype, values })
        return id
      },
      tensorDataSync: (id: number) => {
        this.#attempt(() => this.#readBack(id))
        return this.#binding.tensorDataSync(id)
      },
    })
  }

  /** The function itself goes on eagerly whatever happens to its graph. */
  #attempt(step: () => void): void {
    if (this.#problem !== null) return
    try {
      step()
    } catch (error) {
      if (!(error instanceof Uncompilable)) throw error
      this.#problem = error
    }
  }

  #op(op: string, attributes: readonly OpAttribute[], inputs: readonly number[], made: readonly TensorMetadata[]) {
    if (this.#isPaused) return made.forEach(({ id }) => this.#hidden.add(id))
    const sources = inputs.map((id) => this.#source(id))
    const types = inputs.map((id) => this.#typeOf(id))
    const given = givenAttributes(this.#binding, attributes)
    const cluster = this.#scope === null ? {} : { _XlaCompile: { bool: true }, _XlaScope: { string: this.#scope } }
    const complete = { ...completeAttributes(op, given, types), ...cluster }
    const name = this.#node(`n${this.#nodes.length}`, op, sources, complete)
    made.forEach(({ id, dtype }, i) => {
      this.#sources.set(id, i === 0 ? name : `${name}:${i}`)
      this.#types.set(id, dtype)
    })
  }

  /** JavaScript looks at a value: fine for constants, but what follows from a computed one would be frozen. */
  #readBack(id: number): void {
    if (this.#isPaused || this.#constants.has(id)) return
    const source = this.#sources.get(id)
    const node = this.#nodes.find(({ name }) => name === source?.split(':')[0])
    if (node !== undefined && node.op !== 'Const') throw new Uncompilable(`it reads a value of the op ${node.op} back`)
    if (this.#byId.has(id)) throw new Uncompilable('it reads the value of a variable back')
  }

  #update(updates: readonly InPlaceUpdate[], eager: () => void): void {
    this.#attempt(() => updates.forEach((update) => this.#inPlace(update)))
    const changed = new Set(updates.flatMap((update) => update.updates))
    this.#unseen(eager)
    for (const variable of changed) {
      const held = this.#hold(variable)
      held.stored = this.#idOf(variable)
      this.#hidden.delete(held.stored)
      this.#byId.set(held.stored, variable)
    }
  }

  /** What `eager` computes gets the one node in place of its ops. */
  #replace({ op, attributes, inputs }: GraphOp, eager: () => Tensor): Tensor {
    const given = givenAttributes(this.#binding, attributes)
    const ids = this.#native.getInputTensorIds(inputs)
    const types = inputs.map((input) => nativeType(input))
    if (this.#isPaused || !hasKernel(this.#binding, op, given, inputs)) return eager()
    const result = this.#unseen(eager)
    this.#attempt(() => {
      const sources = ids.map((id) => this.#source(id))
      const made = this.#idOf(result)
      this.#hidden.delete(made)
      this.#sources.set(made, this.#node(`n${this.#nodes.length}`, op, sources, completeAttributes(op, given, types)))
    })
    return result
  }

  /** Marks the ops of `fn` as a cluster of XLA, whether or not TensorFlow's session compiles others. */
  #together<R>(fn: () => R): R {
    this.#scope = `${this.#options.prefix}${this.#nodes.length}`
    try {
      return fn()
    } finally {
      this.#scope = null
    }
  }

  #unseen<R>(eager: () => R): R {
    this.#isPaused = true
    try {
      return eager()
    } finally {
      this.#isPaused = false
    }
  }

  #inPlace({ op, attributes, inputs, updates }: InPlaceUpdate): void {
    if (this.#options.handle === null) throw new Uncompilable('it changes variables')
    const held = updates.map((variable) => this.#hold(variable))
    for (const each of held) if (each.write === null || each.stored !== IN_PLACE) this.#store(each.variable)
    const sources = inputs.map((input) => {
      const target = held.find(({ variable }) => variable === input)
      return target === undefined ? this.#source(this.#idOf(input)) : target.handle
    })
    const before = held.flatMap((each) => each.before.map((name) => `^${name}`))
    const types = inputs.map((input) => nativeType(input))
    const given = completeAttributes(op, givenAttributes(this.#binding, attributes), types)
    const name = this.#node(`n${this.#nodes.length}`, op, [...sources, ...before], given)
    for (const each of held) Object.assign(each, { stored: IN_PLACE, write: name, before: [name] })
  }

  /** Writes an assigned variable back into its resource. */
  #store(variable: Variable): void {
    const id = this.#idOf(variable)
    const held = this.#held.get(variable)
    if (id === held?.stored || (held === undefined && this.#byId.get(id) === variable)) return
    if (this.#options.handle === null) throw new Uncompilable('it changes variables')
    const target = held ?? this.#hold(variable)
    const inputs = [target.handle, this.#source(id), ...target.before.map((name) => `^${name}`)]
    const write = this.#node(`n${this.#nodes.length}`, 'AssignVariableOp', inputs, { dtype: { type: target.type } })
    Object.assign(target, { stored: id, write, before: [write] })
  }

  #hold(variable: Variable): Held {
    const known = this.#held.get(variable)
    if (known !== undefined) return known
    const handle = this.#options.handle?.(variable) ?? ''
    const stored = this.#start.get(variable) ?? -1
    const held: Held = { variable, handle, type: nativeType(variable), stored, write: null, before: [] }
    this.#held.set(variable, held)
    return held
  }

  /** The node output that gives a tensor; made on first use for variables and constants. */
  #source(id: number): string {
    const known = this.#sources.get(id)
    if (known !== undefined) return known
    const variable = this.#byId.get(id)
    if (variable !== undefined && this.#options.handle !== null) return this.#read(variable, id)
    if (this.#hidden.has(id)) throw new Uncompilable('a tensor of an in-place update is used outside of it')
    const source = this.#node(`n${this.#nodes.length}`, 'Const', [], this.#constant(id))
    this.#sources.set(id, source)
    return source
  }

  #read(variable: Variable, id: number): string {
    const held = this.#hold(variable)
    const before = held.write === null ? [] : [`^${held.write}`]
    const name = this.#node(`n${this.#nodes.length}`, 'ReadVariableOp', [held.handle, ...before], {
      dtype: { type: held.type },
    })
    held.before.push(name)
    this.#sources.set(id, name)
    this.#types.set(id, held.type)
    return name
  }

  #constant(id: number): Record<string, AttributeValue> {
    const made = this.#constants.get(id)
    const tensor = this.#known.get(id)
    if (made === undefined && tensor === undefined) throw new Uncompilable('it uses a tensor of unknown origin')
    const dtype = made?.dtype ?? nativeType(tensor!)
    const values = made?.values ?? this.#binding.tensorDataSync(id)
    if (!ArrayBuffer.isView(values)) throw new Uncompilable('it uses text')
    this.#types.set(id, dtype)
    const own = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    // What JavaScript made may be written over later; what TensorFlow gives is a copy already.
    const bytes = made === undefined ? own : own.slice()
    return { dtype: { type: dtype }, value: { tensor: { dtype, shape: made?.shape ?? tensor!.shape, bytes } } }
  }

  #typeOf(id: number): number {
    return this.#types.get(id) ?? this.#constants.get(id)?.dtype ?? nativeType(this.#known.get(id)!)
  }

  #placeholder(id: number, tensor: Tensor): string {
    const type = nativeType(tensor)
    const attributes = { dtype: { type }, shape: { shape: tensor.shape } }
    const name = this.#node(`i${this.#nodes.length}`, 'Placeholder', [], attributes)
    this.#sources.set(id, name)
    this.#types.set(id, type)
    return name
  }

  #node(name: string, op: string, inputs: readonly string[], attributes: Record<string, AttributeValue>): string {
    const full = `${this.#options.prefix}${name}`
    this.#nodes.push({ name: full, op, inputs, attributes })
    return full
  }

  /** Variables that still share one tensor, as copies do at first, are told apart. */
  #ownId(variable: Variable): number {
    const id = this.#idOf(variable)
    if (!this.#taken.has(id)) {
      this.#taken.add(id)
      return id
    }
    const type = { name: 'T', type: this.#binding.TF_ATTR_TYPE, value: nativeType(variable) }
    const own = this.#native.executeSingleOutput('Identity', [type], [variable])
    variable.assign(own)
    own.dispose()
    return this.#idOf(variable)
  }

  #idOf(tensor: Tensor): number {
    const id = this.#native.getInputTensorIds([tensor])[0]!
    this.#known.set(id, tensor)
    return id
  }
}
