import { brokenFile } from '../refusals.ts'
import type { ByteSource } from './byte-source.ts'
import { DTYPES, READERS } from '../../weights/dtype.ts'
import type { TorchTensor } from './torch-words.ts'

/** How many numbers a tensor has. Throws E_MODEL_FILE where a tensor reaches beyond its storage or says its numbers more than once: then memory is bounded by the file. */
export function checkTensor(name: string, { storage, shape, strides, offset }: TorchTensor): number {
  const count = sizeOf(shape)
  const last = count === 0 ? 0 : offset + shape.reduce((at, size, axis) => at + (size - 1) * strides[axis]!, 0) + 1
  if (count <= storage.count && last <= storage.count) return count
  throw brokenFile(
    `Tensor ${name}: expected ${count} numbers within the ${storage.count} of its storage. Received: a place that ends at ${last}.`,
  )
}

/** The numbers of a checked tensor in row-major order, from the bytes of its storage, whatever the strides. */
export function tensorValues(
  source: ByteSource,
  { storage, shape, strides, offset }: TorchTensor,
  name: string,
): Float32Array {
  const values = new Float32Array(sizeOf(shape))
  if (values.length === 0) return values
  const width = DTYPES[storage.dtype]
  const span = shape.reduce((at, size, axis) => at + (size - 1) * strides[axis]!, 0) + 1
  const bytes = source.read(offset * width, span * width, `tensor ${name}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (storage.dtype === 'F32' && span === values.length && isRowMajor(shape, strides)) {
    new Uint8Array(values.buffer).set(bytes)
    return values
  }
  const read = READERS[storage.dtype]
  const index = shape.map(() => 0)
  for (let at = 0, from = 0; at < values.length; at++) {
    values[at] = read(view, from * width)
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!
      if (++index[axis]! < shape[axis]!) break
      from -= strides[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
  return values
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false
    expected *= shape[axis]!
  }
  return true
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((total, size) => total * size, 1)
