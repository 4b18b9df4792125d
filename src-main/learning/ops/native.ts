import type { Tensor, Tf, Variable } from '../runtime.ts'

/** One attribute of a TensorFlow op, as the addon takes it. */
export interface OpAttribute {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

/** What the addon answers for a tensor that an op made. */
export interface TensorMetadata {
  readonly id: number
  readonly shape: number[]
  /** TensorFlow's DataType. */
  readonly dtype: number
}

type AttributeKind = 'TYPE' | 'FLOAT' | 'BOOL' | 'STRING' | 'INT' | 'SHAPE'

/** The addon's functions that the engine calls. */
export interface Binding extends Readonly<Record<`TF_ATTR_${AttributeKind}`, number>> {
  executeOp(op: string, attributes: OpAttribute[], inputs: number[], outputs: number): TensorMetadata[]
  createTensor(shape: number[], dtype: number, values: ArrayBufferView): number
  deleteTensor(id: number): void
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array
  loadSavedModel(folder: string, tags: string): number
  deleteSavedModel(session: number): void
  runSavedModel(session: number, inputs: number[], inputNames: string, outputNames: string): TensorMetadata[]
}

/** The part of tfjs-node's backend that fused ops and the compiled step call. */
export interface NativeBackend {
  binding: Binding
  executeSingleOutput(op: string, attributes: OpAttribute[], inputs: Tensor[]): Tensor
  executeMultipleOutputs(op: string, attributes: OpAttribute[], inputs: Tensor[], outputs: number): Tensor[]
  getInputTensorIds(tensors: readonly Tensor[]): number[]
  createOutputTensor(metadata: TensorMetadata): Tensor
}

/** TensorFlow's DataType enum. */
export const DT_FLOAT = 1
export const DT_INT32 = 3
export const DT_UINT8 = 4

const nativeTypes = new WeakMap<object, number>()

/** TensorFlow's type of a tensor. tfjs has fewer types than TensorFlow: bytes are int32 tensors to it. */
export function nativeType(tensor: Tensor): number {
  return (
    nativeTypes.get(tensor.dataId) ??
    { float32: DT_FLOAT, int32: DT_INT32, bool: 10, complex64: 8, string: 7 }[tensor.dtype]
  )
}

/** Notes a tensor's type where tfjs has none for it. */
export function setNativeType(tensor: Tensor, dtype: number): void {
  nativeTypes.set(tensor.dataId, dtype)
}

/** The native backend, or null on pure-JavaScript tfjs, where fused ops fall back to stock ones. */
export function nativeBackend(tf: Tf): NativeBackend | null {
  return tf.getBackend() === 'tensorflow' ? (tf.backend() as unknown as NativeBackend) : null
}

/** The attribute that names an op's element type. */
export function typeAttribute(native: NativeBackend, name: string, dtype: number): OpAttribute {
  return { name, type: native.binding.TF_ATTR_TYPE, value: dtype }
}

/** A native op that changes variables where they are, such as ResourceApplyAdam. */
export interface InPlaceUpdate {
  readonly op: string
  readonly attributes: readonly OpAttribute[]
  /** In the op's order. Variables that are among `updates` go in as resource handles, everything else by value. */
  readonly inputs: readonly (Tensor | Variable)[]
  readonly updates: readonly Variable[]
}

/** A native op of one output that runs in graphs alone; TensorFlow's eager runtime does not take it. */
export interface GraphOp {
  readonly op: string
  readonly attributes: readonly OpAttribute[]
  readonly inputs: readonly Tensor[]
}

/** Sees, while a step is recorded, what its graph does in another way. */
export interface StepRecorder {
  update(updates: readonly InPlaceUpdate[], eager: () => void): void
  replace(op: GraphOp, eager: () => Tensor): Tensor
  together<R>(fn: () => R): R
}

const recorders = new WeakMap<NativeBackend, StepRecorder>()

/** Announces that a step is recorded on this backend, or (null) no longer. */
export function setStepRecorder(native: NativeBackend, recorder: StepRecorder | null): void {
  if (recorder === null) recorders.delete(native)
  else recorders.set(native, recorder)
}

/** Changes variables: `eager` assigns them with plain tensor code. While a step is recorded `eager` runs as well, for the
 *  values, but the graph gets the native ops of `describe` in its place, in their order; both must compute the same. `describe` may
 *  compute inputs for them with tensor code; `eager` hands nothing else out than the variables it assigns. */
export function updateInPlace(tf: Tf, describe: () => readonly InPlaceUpdate[], eager: () => void): void {
  const native = nativeBackend(tf)
  const recorder = native === null ? undefined : recorders.get(native)
  if (recorder === undefined) eager()
  else recorder.update(describe(), eager)
}

/** Below this many values a pass over them takes less time than its compilation saves. */
const FEWEST_VALUES = 2 ** 20

/** Element-wise ops and sums over `x`, whose passes over memory are most of their time: where they are many, TensorFlow compiles those of a
 *  graph (XLA) into few loops. Elsewhere they run one by one. */
export function inFewPasses<R>(tf: Tf, x: Tensor, fn: () => R): R {
  const native = x.size < FEWEST_VALUES ? null : nativeBackend(tf)
  const recorder = native === null ? undefined : recorders.get(native)
  return recorder === undefined ? fn() : recorder.together(fn)
}

/** A tensor that `eager` computes. While a step is recorded its graph gets `op` in its place, where TensorFlow has that op; both must
 *  compute the same. `eager` hands nothing else out. */
export function inGraph(native: NativeBackend, op: GraphOp, eager: () => Tensor): Tensor {
  return recorders.get(native)?.replace(op, eager) ?? eager()
}
