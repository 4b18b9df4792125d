import type { Tensor, Tf } from '../runtime.ts'
import { DT_FLOAT, DT_UINT8, nativeBackend, nativeType, setNativeType, typeAttribute } from './native.ts'

/** A tensor of bytes 0..255, to tfjs one of int32. Natively it stays one byte a value and shares the array's memory, which must
 *  not be changed while the tensor lives. */
export function bytesTensor(tf: Tf, bytes: Uint8Array, shape: readonly number[]): Tensor {
  const native = nativeBackend(tf)
  if (native === null) return tf.tensor(Int32Array.from(bytes), [...shape], 'int32')
  const id = native.binding.createTensor([...shape], DT_UINT8, bytes)
  const tensor = native.createOutputTensor({ id, shape: [...shape], dtype: DT_UINT8 })
  setNativeType(tensor, DT_UINT8)
  return tensor
}

/** Bytes as float32 numbers 0..255; any shape. */
export function bytesToFloat(tf: Tf, bytes: Tensor): Tensor {
  const native = nativeBackend(tf)
  if (native === null || nativeType(bytes) !== DT_UINT8) return tf.cast(bytes, 'float32')
  const attributes = [typeAttribute(native, 'SrcT', DT_UINT8), typeAttribute(native, 'DstT', DT_FLOAT)]
  return native.executeSingleOutput('Cast', attributes, [bytes])
}

/** Cuts bytes into equal parts along the first axis. */
export function splitBytes(tf: Tf, bytes: Tensor, parts: number): Tensor[] {
  const native = nativeBackend(tf)!
  const attributes = [
    typeAttribute(native, 'T', DT_UINT8),
    { name: 'num_split', type: native.binding.TF_ATTR_INT, value: parts },
  ]
  const pieces = native.executeMultipleOutputs('Split', attributes, [tf.scalar(0, 'int32'), bytes], parts)
  for (const piece of pieces) setNativeType(piece, DT_UINT8)
  return pieces
}
