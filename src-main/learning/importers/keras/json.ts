import { brokenFile, quoted } from '../refusals.ts'

export type JsonObject = Readonly<Record<string, unknown>>

const MAX_BYTES = 64 * 2 ** 20
const MAX_DEPTH = 200

/** A JSON object whose keys are in snake_case, as Keras writes them; TensorFlow.js also writes camelCase. Throws E_MODEL_FILE. */
export function parseJson(bytes: Uint8Array | string, what: string): JsonObject {
  if (bytes.length > MAX_BYTES)
    throw brokenFile(`Expected ${what} of at most ${MAX_BYTES} bytes. Received: ${bytes.length}.`)
  let parsed: unknown
  try {
    parsed = JSON.parse(typeof bytes === 'string' ? bytes : new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw brokenFile(`Expected ${what} to be JSON. Received: text that is none, or is cut off.`, error)
  }
  return objectOf(inSnakeCase(parsed, 0, what), what)
}

export function objectOf(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw brokenFile(`Expected ${what} to be an object. Received: ${quoted(value)}.`)
}

export function listOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw brokenFile(`Expected ${what} to be a list. Received: ${quoted(value)}.`)
}

export function textOf(value: unknown, what: string): string {
  if (typeof value === 'string') return value
  throw brokenFile(`Expected ${what} to be text. Received: ${quoted(value)}.`)
}

/** The class names and other values stay as they are. */
function inSnakeCase(value: unknown, depth: number, what: string): unknown {
  if (depth > MAX_DEPTH) throw brokenFile(`Expected ${what} nested at most ${MAX_DEPTH} deep. Received: deeper.`)
  if (Array.isArray(value)) return value.map((item) => inSnakeCase(item, depth + 1, what))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]) => [snakeKey(key), inSnakeCase(item, depth + 1, what)])
  return Object.fromEntries(entries) as unknown
}

function snakeKey(key: string): string {
  return /^[a-z]+(?:[A-Z][a-z]+)+$/.test(key) ? key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : key
}
