import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { expect } from 'vitest'

const SHOWN = 20

/** Compares a value with the one of that name in the JSON file beside the test: what an earlier version of Graft gave, and a later one
 *  must give, too. With GRAFT_GOLDEN=write the file is written instead. */
export async function golden(name: string, value: unknown): Promise<void> {
  const file = (expect.getState().testPath ?? '').replace(/\.test\.ts$/, '.json')
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {}
  const received = JSON.parse(JSON.stringify(value)) as unknown
  if (process.env['GRAFT_GOLDEN'] === 'write') {
    const text = JSON.stringify({ ...kept, [name]: received })
    writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }))
    return
  }
  const where = `"${name}" of ${relative(process.cwd(), file)}`
  if (!Object.hasOwn(kept, name)) expect.fail(`Expected ${where}. It is not there. ${whatToDo()}`)
  const lines = differences(kept[name], received)
  if (lines.length === 0) return
  const more = lines.length > SHOWN ? [`... and ${lines.length - SHOWN} more`] : []
  expect.fail([`${where} has changed:`, ...lines.slice(0, SHOWN), ...more, whatToDo()].join('\n'))
}

/** Fields in one line, sorted by name: `epochs=3 rate=0.1`. */
export function inLine(values: object): string {
  const pairs = Object.entries(values).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return pairs.sort().join(' ')
}

/** A long value in 16 letters, so that its golden file stays readable. */
export function digest(value: unknown): string {
  const bytes = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : JSON.stringify(value)
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16)
}

function whatToDo(): string {
  return 'If the change is meant, run this test with GRAFT_GOLDEN=write and say it in CHANGELOG.md. If not, users would lose what an earlier version promised: mend the code.'
}

/** `path: expected, received` of every value that differs. */
function differences(expected: unknown, received: unknown, path = ''): string[] {
  if (isTree(expected) && isTree(received) && Array.isArray(expected) === Array.isArray(received)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(received)])]
    const inner = keys.flatMap((key) => differences(expected[key], received[key], path === '' ? key : `${path}.${key}`))
    const isReordered = inner.length === 0 && Object.keys(expected).join() !== Object.keys(received).join()
    return isReordered ? [line(path, Object.keys(expected), Object.keys(received))] : inner
  }
  return JSON.stringify(expected) === JSON.stringify(received) ? [] : [line(path, expected, received)]
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function line(path: string, expected: unknown, received: unknown): string {
  const [old, now] = [textOf(expected), textOf(received)]
  // Of long values, what comes shortly before the first difference and after it.
  let at = 0
  while (at < old.length && old[at] === now[at]) at++
  const from = Math.max(0, at - 60)
  const part = (text: string): string => `${from === 0 ? '' : '...'}${text.slice(from, from + 240)}`
  return `  ${path || '(all)'}\n    expected ${part(old)}\n    received ${part(now)}`
}

function textOf(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
