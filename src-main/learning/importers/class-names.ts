import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { z } from 'zod'
import { GraftError } from '../../contract/errors.ts'

const MAX_BYTES = 8 * 2 ** 20
/** Keras' list: `{ "0": ["n01440764", "tench"], ... }`, or names by place. */
const ByPlace = z.record(z.string().regex(/^\d+$/), z.union([z.string(), z.tuple([z.string(), z.string()])]))

/** Class names in the order of the output: a line each, a JSON list, or a JSON object by place. Throws E_INPUT. */
export function readClassNames(path: string): string[] {
  if (statSync(path).size > MAX_BYTES) throw unusable(path, `more than ${MAX_BYTES} bytes`)
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  const names = /^\s*[[{]/.test(text) ? namesOfJson(path, text) : namesOfLines(text)
  if (names.length === 0 || names.some((name) => name.trim() === '')) throw unusable(path, 'a class without a name')
  if (new Set(names).size < names.length) return names.map((name, place) => distinct(names, name, place))
  return names
}

function namesOfLines(text: string): string[] {
  return text
    .replace(/\s+$/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
}

function namesOfJson(path: string, text: string): string[] {
  const content = jsonOf(path, text)
  const list = z.array(z.string()).safeParse(content)
  if (list.success) return list.data
  const byPlace = ByPlace.safeParse(content)
  if (!byPlace.success) throw unusable(path, 'another kind of JSON')
  const entries = Object.entries(byPlace.data).sort(([a], [b]) => Number(a) - Number(b))
  const gap = entries.findIndex(([place], i) => Number(place) !== i)
  if (gap !== -1) throw unusable(path, `no class ${gap}`)
  return entries.map(([, name]) => (typeof name === 'string' ? name : name[1]))
}

function jsonOf(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unusable(path, `broken JSON (${cause instanceof Error ? cause.message : String(cause)})`)
  }
}

/** ImageNet has two cranes: names that are there more than once get their place behind them. */
function distinct(names: readonly string[], name: string, place: number): string {
  return names.indexOf(name) === names.lastIndexOf(name) ? name : `${name} (${place})`
}

function unusable(path: string, received: string): GraftError {
  return new GraftError(
    'E_INPUT',
    `Expected ${basename(path)} to hold class names, one on each line or as a JSON list. Received: ${received}.`,
    { fix: 'Give a file with a name for each output, in their order.' },
  )
}
