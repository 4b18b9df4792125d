import type { Tensor, Tf } from '../../lab.ts'

/** One attribute of a TensorFlow op, as the addon takes it. */
export interface OpAttribute {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

/** The part of tfjs-node's backend that fused ops call: one TensorFlow op by name. */
export interface NativeBackend {
  readonly binding: Readonly<Record<'TF_ATTR_TYPE' | 'TF_ATTR_FLOAT' | 'TF_ATTR_BOOL' | 'TF_ATTR_STRING', number>>
  executeSingleOutput(op: string, attributes: OpAttribute[], inputs: Tensor[]): Tensor
  executeMultipleOutputs(op: string, attributes: OpAttribute[], inputs: Tensor[], outputs: number): Tensor[]
}

/** TensorFlow's DataType enum. */
export const DT_FLOAT = 1
export const DT_INT32 = 3

/** The native backend, or null on pure-JavaScript tfjs, where fused ops fall back to stock ones. */
export function nativeBackend(tf: Tf): NativeBackend | null {
  return tf.getBackend() === 'tensorflow' ? (tf.backend() as unknown as NativeBackend) : null
}

/** The attribute that names an op's element type. */
export function typeAttribute(native: NativeBackend, name: string, dtype: number): OpAttribute {
  return { name, type: native.binding.TF_ATTR_TYPE, value: dtype }
}
