import { GraftError } from '../../contract/errors.ts'
import { DTYPES, isDtype } from './dtype.ts'
import type { Dtype } from './dtype.ts'

/** Where one tensor lies in a file: byte offsets from the file's start. */
export interface TensorEntry {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  readonly start: number
  readonly end: number
}

export interface SafetensorsHeader {
  readonly entries: TensorEntry[]
  readonly metadata: Readonly<Record<string, string>>
}

/** Largest header read. The reference implementation refuses more, too. */
export const MAX_HEADER_BYTES = 100_000_000
export const MAX_TENSORS = 100_000

/** Length of the JSON header from a file's first 8 bytes. Throws E_MODEL_WEIGHTS when it cannot be one. */
export function headerLength(first: Uint8Array, fileBytes: number): number {
  if (first.byteLength < 8)
    throw weightsError(`Expected a safetensors file of at least 8 bytes. Received: ${fileBytes} bytes.`)
  const length = new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true)
  if (length > BigInt(MAX_HEADER_BYTES) || 8n + length > BigInt(fileBytes) || length < 2n) {
    throw weightsError(
      `The file is not a safetensors file, or it is cut off: its header claims ${length} bytes of ${fileBytes}.`,
    )
  }
  return Number(length)
}

/** Reads and checks the JSON header: every offset inside the file, sizes equal to shape x dtype, no gap, no overlap.
 *  Throws E_MODEL_WEIGHTS. */
export function parseHeader(json: Uint8Array, fileBytes: number): SafetensorsHeader {
  const parsed = parseJson(json)
  const dataStart = 8 + json.byteLength
  const names = Object.keys(parsed).filter((name) => name !== '__metadata__')
  if (names.length > MAX_TENSORS)
    throw weightsError(`Expected at most ${MAX_TENSORS} tensors. Received: ${names.length}.`)
  const entries = names.map((name) => entryOf(name, parsed[name], dataStart, fileBytes))
  checkCoverage(entries, dataStart, fileBytes)
  return { entries, metadata: metadataOf(parsed) }
}

function parseJson(json: Uint8Array): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json))
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>
  } catch {
    // Told below: the parser's own words mean nothing to a user.
  }
  throw weightsError('The header of the safetensors file is not a JSON object.')
}

function entryOf(name: string, raw: unknown, dataStart: number, fileBytes: number): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = (raw ?? {}) as Record<string, unknown>
  const label = `Tensor "${name.slice(0, 200)}"`
  if (!isDtype(dtype)) {
    const received = JSON.stringify(dtype)?.slice(0, 50)
    throw weightsError(`${label}: expected dtype ${Object.keys(DTYPES).join(', ')}. Received: ${received}.`)
  }
  if (!isSizes(shape, 32)) throw weightsError(`${label}: its shape is not a list of whole numbers.`)
  if (!isSizes(offsets, 2) || offsets.length !== 2)
    throw weightsError(`${label}: its offsets are not two whole numbers.`)
  const [from, to] = offsets as [number, number]
  const expected = shape.reduce((size, value) => size * value, DTYPES[dtype])
  if (!Number.isSafeInteger(expected) || to - from !== expected || dataStart + to > fileBytes) {
    throw weightsError(
      `${label}: expected ${expected} bytes inside the file. Received: offsets ${from} to ${to} of ${fileBytes - dataStart} bytes.`,
    )
  }
  return { name, dtype, shape, start: dataStart + from, end: dataStart + to }
}

function isSizes(value: unknown, most: number): value is number[] {
  return Array.isArray(value) && value.length <= most && value.every((item) => Number.isSafeInteger(item) && item >= 0)
}

function checkCoverage(entries: TensorEntry[], dataStart: number, fileBytes: number): void {
  let at = dataStart
  for (const entry of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (entry.start !== at)
      throw weightsError(`Tensor "${entry.name.slice(0, 200)}" overlaps another one or leaves a gap.`)
    at = entry.end
  }
  if (at !== fileBytes)
    throw weightsError(`The file has ${fileBytes - at} bytes that belong to no tensor, or is cut off.`)
}

function metadataOf(parsed: Record<string, unknown>): Record<string, string> {
  const raw = Object.hasOwn(parsed, '__metadata__') ? parsed['__metadata__'] : {}
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw weightsError('The metadata is not an object.')
  return Object.fromEntries(Object.entries(raw).filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
}

export function weightsError(message: string): GraftError {
  return new GraftError('E_MODEL_WEIGHTS', message, { fix: 'Take an intact copy of the weights file.' })
}
