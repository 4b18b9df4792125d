import type { Runtime, Tensor, Variable } from '../../runtime.ts'
import { type NativeBackend, nativeBackend, nativeType } from '../../ops/native.ts'
import { Uncompilable } from './attributes.ts'
import { toBfloat16 } from './bfloat16.ts'
import { type NodeDef, savedModel } from './graph-def.ts'
import { Recorder, type Recording } from './recorder.ts'
import { type LoadedGraph, sessionPool } from './session-pool.ts'

/** What compiling needs of a runtime. */
export type ProgramRuntime = Pick<Runtime, 'tf' | 'log' | 'isEager'>

/** Tensors in, tensors out; may assign variables. Plain tfjs code, called within a tidy. */
export type Step = (...inputs: Tensor[]) => Tensor[]

export interface CompileOptions {
  /** `constant`: variables are written into the graph by value, so that TensorFlow can prepare them once; for functions
   *  that change none, in a program of their own. */
  readonly weights?: 'variable' | 'constant'
  /** `bfloat16`: convolutions, products and what lies between them compute in bfloat16; inputs and outputs stay float32. For functions
   *  without updates. */
  readonly precision?: 'float32' | 'bfloat16'
}

export interface CompiledStep {
  /** The caller disposes of the outputs. */
  (...inputs: Tensor[]): Tensor[]
  /** Records for inputs of these shapes now, so that functions that share a program are loaded together. The function runs
   *  once; what it assigned is taken back. */
  prepare(...inputs: Tensor[]): void
}

/** Functions that share variables. While they run the variables live in TensorFlow's session. */
export interface Program {
  /** Turns a function into one native call per shape of its inputs. What cannot be written as a graph, or runs on another
   *  backend, stays as it is; the log says so once. `name` is for the log. */
  compile(name: string, fn: Step, options?: CompileOptions): CompiledStep
  /** Brings the tf.Variables up to date with the session. */
  pull(): void
  /** Takes over variables that were assigned outside; the session's own values must have been pulled before that. */
  push(): void
  /** Whether every function that has run so far ran as a graph. */
  readonly isCompiled: boolean
  dispose(): void
}

export function createProgram(runtime: ProgramRuntime): Program {
  const native = runtime.isEager === true ? null : nativeBackend(runtime.tf)
  return native === null ? plainProgram(runtime) : new NativeProgram(runtime, native)
}

function plainProgram({ tf }: ProgramRuntime): Program {
  const compile = (_name: string, fn: Step): CompiledStep => {
    const step = (...inputs: Tensor[]) => tf.tidy(() => fn(...inputs))
    return Object.assign(step, { prepare: () => undefined })
  }
  return { compile, pull: () => undefined, push: () => undefined, isCompiled: false, dispose: () => undefined }
}

/** Null where the function runs eagerly. */
type Entry = Recording | null

class NativeProgram implements Program {
  readonly #runtime: ProgramRuntime
  readonly #native: NativeBackend
  readonly #recordings: Recording[] = []
  /** Every variable of the graph and the name of its handle. */
  readonly #handles = new Map<Variable, string>()
  #loaded: LoadedGraph | null = null
  /** The session holds newer values than the tf.Variables, or the other way round. */
  #isAhead = false
  #isBehind = true
  #hasEager = false
  /** Numbers what was recorded. */
  #count = 0

  constructor(runtime: ProgramRuntime, native: NativeBackend) {
    this.#runtime = runtime
    this.#native = native
  }

  get isCompiled(): boolean {
    return !this.#hasEager && this.#recordings.length > 0
  }

  compile(name: string, fn: Step, options: CompileOptions = {}): CompiledStep {
    const entries = new Map<string, Entry>()
    const entryOf = (inputs: Tensor[]): Entry => {
      const key = inputs.map((input) => `${nativeType(input)}:${input.shape.join()}`).join(' ')
      let entry = entries.get(key)
      if (entry === undefined) {
        entry = this.#hasEager ? null : this.#record(name, fn, inputs, options)
        entries.set(key, entry)
      }
      return entry
    }
    const step = (...inputs: Tensor[]): Tensor[] => {
      const entry = entryOf(inputs)
      return entry === null || !this.#load(name) ? this.#runEagerly(fn, inputs) : this.#run(entry, inputs)
    }
    return Object.assign(step, { prepare: (...inputs: Tensor[]) => void entryOf(inputs) })
  }

  pull(): void {
    if (!this.#isAhead || this.#loaded === null) return
    const changed = [...new Set(this.#recordings.flatMap((recording) => [...recording.changed]))]
    const values = this.#call(
      [],
      [],
      changed.map((variable) => `${this.#handles.get(variable)!}/read`),
    )
    changed.forEach((variable, i) => {
      variable.assign(values[i]!)
      values[i]!.dispose()
    })
    this.#isAhead = false
  }

  push(): void {
    this.#isBehind = true
  }

  dispose(): void {
    this.#unload()
    this.#recordings.length = 0
    this.#handles.clear()
  }

  /** One function stays eager: all of the program does, so that its variables have one place. */
  #giveUp(name: string, reason: string): null {
    this.pull()
    this.#unload()
    if (!this.#hasEager)
      this.#runtime.log('warn', `The step "${name}" runs operation by operation, which is slower: ${reason}.`)
    this.#hasEager = true
    return null
  }

  #record(name: string, fn: Step, inputs: Tensor[], options: CompileOptions): Entry {
    const { tf } = this.#runtime
    this.pull()
    const variables = Object.values(tf.engine().registeredVariables)
    const isConstant = options.weights === 'constant'
    const recorder = new Recorder(this.#native, inputs, {
      prefix: `f${this.#count++}_`,
      variables,
      handle: isConstant ? null : (variable) => this.#handleOf(variable),
    })
    const before = variables.map((variable) => ({ variable, value: variable.clone() }))
    const outputs = recorder.run(() => tf.tidy(() => fn(...inputs)))
    try {
      const recording = recorder.finish(outputs)
      this.#unload()
      this.#recordings.push(options.precision === 'bfloat16' ? toBfloat16(recording) : recording)
      return this.#recordings.at(-1)!
    } catch (error) {
      if (!(error instanceof Uncompilable)) throw error
      return this.#giveUp(name, error.message)
    } finally {
      for (const output of outputs) output.dispose()
      for (const { variable, value } of before) {
        if (variable.dataId !== value.dataId) variable.assign(value)
        value.dispose()
      }
    }
  }

  #handleOf(variable: Variable): string {
    const name = this.#handles.get(variable) ?? `v${this.#handles.size}`
    this.#handles.set(variable, name)
    return name
  }

  /** Makes the session current; false when TensorFlow does not take the graph. */
  #load(name: string): boolean {
    if (this.#hasEager) return false
    if (this.#loaded === null) {
      const nodes = [...this.#variableNodes(), ...this.#recordings.flatMap((recording) => recording.nodes)]
      try {
        this.#loaded = sessionPool(this.#native.binding).take(savedModel(nodes), this.#variableBytes())
      } catch (error) {
        // A full disk says so itself; a graph that TensorFlow refuses is no reason to stop.
        if (
          (error as NodeJS.ErrnoException).code !== undefined &&
          (error as NodeJS.ErrnoException).syscall !== undefined
        )
          throw error
        this.#giveUp(name, `TensorFlow does not take its graph (${(error as Error).message})`)
        return false
      }
      this.#isBehind = true
    }
    if (this.#isBehind) this.#write()
    return true
  }

  #variableBytes(): number {
    return [...this.#handles.keys()].reduce((sum, { size }) => sum + 4 * size, 0)
  }

  /** Handles, reads and assignments of all variables. */
  *#variableNodes(): Generator<NodeDef> {
    for (const [variable, name] of this.#handles) {
      const dtype = { type: nativeType(variable) }
      const shape = { shape: variable.shape }
      yield { name, op: 'VarHandleOp', inputs: [], attributes: { dtype, shape, shared_name: { string: name } } }
      yield { name: `${name}/read`, op: 'ReadVariableOp', inputs: [name], attributes: { dtype } }
      yield { name: `${name}/new`, op: 'Placeholder', inputs: [], attributes: { dtype, shape } }
      yield { name: `${name}/set`, op: 'AssignVariableOp', inputs: [name, `${name}/new`], attributes: { dtype } }
    }
    const inputs = [...this.#handles.values()].map((name) => `^${name}/set`)
    const value = { tensor: { dtype: 3, shape: [], bytes: new Uint8Array(4) } }
    yield { name: 'written', op: 'Const', inputs, attributes: { dtype: { type: 3 }, value } }
  }

  /** tf.Variables into the session. */
  #write(): void {
    const names = [...this.#handles.values()].map((name) => `${name}/new`)
    if (names.length > 0) this.#call([...this.#handles.keys()], names, ['written'])[0]!.dispose()
    this.#isBehind = false
    this.#isAhead = false
  }

  #run(entry: Recording, inputs: Tensor[]): Tensor[] {
    if (entry.changed.size > 0) this.#isAhead = true
    return this.#call(inputs, entry.feeds, entry.fetches)
  }

  #runEagerly(fn: Step, inputs: Tensor[]): Tensor[] {
    this.#hasEager = true
    return this.#runtime.tf.tidy(() => fn(...inputs))
  }

  #call(inputs: readonly Tensor[], feeds: readonly string[], fetches: readonly string[]): Tensor[] {
    const ids = this.#native.getInputTensorIds(inputs)
    const made = this.#native.binding.runSavedModel(this.#loaded!.session, ids, feeds.join(','), fetches.join(','))
    return made.map((metadata) => this.#native.createOutputTensor(metadata))
  }

  #unload(): void {
    if (this.#loaded === null) return
    this.pull()
    sessionPool(this.#native.binding).giveBack(this.#loaded)
    this.#loaded = null
  }
}
