import { GraftError } from '../../contract/errors.ts'

/** Characters of all texts and names together: as much as a request over HTTP may have (hosts/http/server.ts). */
const MAX_TEXT = 16 * 1024 ** 2
/** Values of all lists and objects together; holes of a list count. Checking a list with a million wrong entries takes seconds. */
const MAX_VALUES = 500_000
/** Of objects in objects; a spec has about ten. */
const MAX_DEPTH = 100

/**
 * Inputs are JSON, whatever a transport could carry: windows can send maps, dates, buffers and objects that hold themselves. Throws
 * E_INPUT before anything else looks at such an input. Absent fields (`undefined`) are fine.
 */
export function requirePlain(input: unknown): void {
  let text = 0
  let values = 0
  const open: { value: unknown; depth: number }[] = [{ value: input, depth: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next
    const what = notJson(value)
    if (what !== null) throw refusal(what)
    if (depth > MAX_DEPTH) throw refusal(`one with more than ${MAX_DEPTH} levels`)
    if (typeof value === 'string') text += value.length
    if (typeof value === 'object' && value !== null) {
      const names = Array.isArray(value) ? [] : Object.keys(value)
      values += Array.isArray(value) ? value.length : names.length
      for (const name of names) text += name.length
      if (values <= MAX_VALUES) for (const inner of Object.values(value)) open.push({ value: inner, depth: depth + 1 })
    }
    if (text > MAX_TEXT) throw refusal(`one with more than ${MAX_TEXT / 1024 ** 2} MiB of text`)
    if (values > MAX_VALUES) throw refusal(`one with more than ${MAX_VALUES} values`)
  }
}

/** What a value is that JSON cannot say; null: it can. */
function notJson(value: unknown): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? null : String(value)
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || value === undefined) return null
  if (typeof value !== 'object') return `a ${typeof value}`
  const kind = Object.prototype.toString.call(value).slice(8, -1)
  return kind === 'Object' || kind === 'Array' ? null : `a value of type ${kind.slice(0, 50)}`
}

function refusal(received: string): GraftError {
  return new GraftError('E_INPUT', `Expected the input to be plain JSON. Received: ${received}.`, {
    fix: 'Send texts, finite numbers, true, false, null, lists and objects of these.',
  })
}
