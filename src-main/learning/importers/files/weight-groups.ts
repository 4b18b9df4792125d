import { basename } from 'node:path'
import { toFloat32 } from '../../weights/dtype.ts'
import type { Dtype } from '../../weights/dtype.ts'
import { brokenFile, quoted } from '../refusals.ts'
import { openFile } from './byte-source.ts'
import { plainFileBeside } from './plain-file.ts'

/** A weight of a TensorFlow.js model: values lie in `group`, from `start` on. */
export interface GroupedWeight {
  readonly name: string
  readonly shape: readonly number[]
  read(): Float32Array
}

interface Described {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: string
  readonly quantization: { readonly dtype: string; readonly scale: number; readonly min: number } | null
}

/** TensorFlow.js' names, with the bytes of an element. */
const STORED: Readonly<Record<string, Dtype>> = {
  float32: 'F32',
  float16: 'F16',
  int32: 'I32',
  uint16: 'U16',
  uint8: 'U8',
  bool: 'BOOL',
}
const BYTES: Readonly<Record<string, number>> = { float32: 4, float16: 2, int32: 4, uint16: 2, uint8: 1, bool: 1 }
const MAX_WEIGHTS = 100_000
const MAX_BYTES = 8 * 2 ** 30

/** `weightsManifest` of a model.json: groups of weights, each one row of bytes cut into shards. Shards are plain names beside the file. */
export function readWeightGroups(manifest: unknown, folder: string): GroupedWeight[] {
  if (!Array.isArray(manifest)) throw brokenFile('Expected weightsManifest in model.json to be a list. Received: none.')
  return (manifest as unknown[]).flatMap((group, number) => readGroup(group, `weight group ${number + 1}`, folder))
}

function readGroup(group: unknown, what: string, folder: string): GroupedWeight[] {
  const { paths, weights } = (group ?? {}) as { paths?: unknown; weights?: unknown }
  if (!Array.isArray(paths) || !Array.isArray(weights) || weights.length > MAX_WEIGHTS) {
    throw brokenFile(`Expected ${what} with \`paths\` and \`weights\`. Received: ${quoted(group)}.`)
  }
  const described = (weights as unknown[]).map((weight) => describedWeight(weight, what))
  const expected = described.reduce((total, weight) => total + sizeOf(weight), 0)
  if (expected > MAX_BYTES) throw brokenFile(`Expected ${what} of at most ${MAX_BYTES} bytes. Received: ${expected}.`)
  const shards = (paths as unknown[]).map((path) =>
    plainFileBeside(folder, path, `the shards of ${what}, beside model.json`),
  )
  const bytes = joined(shards, expected, what)
  let at = 0
  return described.map((weight) => {
    const stored = bytes.subarray(at, (at += sizeOf(weight)))
    return { name: weight.name, shape: weight.shape, read: () => valuesOf(stored, weight) }
  })
}

function joined(paths: readonly string[], expected: number, what: string): Uint8Array {
  const files = paths.map(openFile)
  try {
    const size = files.reduce((total, file) => total + file.size, 0)
    if (size !== expected) throw brokenFile(`Expected ${expected} bytes in the shards of ${what}. Received: ${size}.`)
    const bytes = new Uint8Array(size)
    let at = 0
    for (const [index, file] of files.entries()) {
      bytes.set(file.read(0, file.size, basename(paths[index]!)), at)
      at += file.size
    }
    return bytes
  } finally {
    for (const file of files) file.close()
  }
}

function describedWeight(weight: unknown, what: string): Described {
  const { name, shape, dtype, quantization } = (weight ?? {}) as Record<string, unknown>
  const isShape =
    Array.isArray(shape) &&
    shape.length <= 32 &&
    shape.every((size) => Number.isSafeInteger(size) && (size as number) >= 0)
  if (typeof name !== 'string' || !isShape || typeof dtype !== 'string' || !Object.hasOwn(STORED, dtype)) {
    throw brokenFile(`Expected name, shape and dtype of a weight of ${what}. Received: ${quoted(weight)}.`)
  }
  if (quantization === undefined || quantization === null)
    return { name, shape: shape as number[], dtype, quantization: null }
  const { dtype: stored, scale = 1, min = 0 } = quantization as Record<string, unknown>
  const isKnown = stored === 'uint8' || stored === 'uint16' || stored === 'float16'
  if (!isKnown || !Number.isFinite(scale) || !Number.isFinite(min)) {
    throw brokenFile(
      `Expected ${quoted(name)} to be quantised as uint8, uint16 or float16. Received: ${quoted(quantization)}.`,
    )
  }
  return {
    name,
    shape: shape as number[],
    dtype,
    quantization: { dtype: stored, scale: scale as number, min: min as number },
  }
}

function countOf({ shape, name }: Described): number {
  const count = shape.reduce((total, size) => total * size, 1)
  if (Number.isSafeInteger(count)) return count
  throw brokenFile(`Expected a shape of ${quoted(name)} that memory can hold. Received: [${shape.join(', ')}].`)
}

function sizeOf(weight: Described): number {
  return countOf(weight) * BYTES[weight.quantization?.dtype ?? weight.dtype]!
}

/** Quantised: value = stored * scale + min. */
function valuesOf(bytes: Uint8Array, { dtype, quantization }: Described): Float32Array {
  const values = toFloat32(bytes, STORED[quantization?.dtype ?? dtype]!)
  if (quantization === null || quantization.dtype === 'float16') return values
  const { scale, min } = quantization
  return values.map((value) => value * scale + min)
}
