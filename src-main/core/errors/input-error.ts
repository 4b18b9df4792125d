import type { z } from 'zod'
import { GraftError } from '../../contract/errors.ts'

type Issue = z.core.$ZodIssue

/** The first thing wrong with an input, in one sentence: field, expected, received. */
export function inputError(issues: readonly Issue[], input: unknown): GraftError {
  const issue = deepest(issues)
  const path = issue.path.map(String)
  const field = path.join('.')
  const where = field === '' ? 'the input' : `\`${field}\``
  return new GraftError(
    path[0] === 'spec' && hasSpec(input) ? 'E_RUN_SPEC' : 'E_INPUT',
    `Expected ${where} to be ${expectation(issue)}. Received: ${received(issue, input)}.`,
    {
      fix: field === '' ? 'Leave out what is unknown, and give what is expected.' : `Change ${field} and try again.`,
      details: { path: field, issues: issues.slice(0, 20).map((entry) => describe(entry)) },
    },
  )
}

function hasSpec(input: unknown): boolean {
  return typeof input === 'object' && input !== null && Object.hasOwn(input, 'spec')
}

function describe(issue: Issue): { path: string; expected: string } {
  return { path: issue.path.map(String).join('.'), expected: expectation(issue) }
}

/** Of a union, the branch that got furthest says best what was meant. */
function deepest(issues: readonly Issue[]): Issue {
  const first = issues[0]
  if (first === undefined) throw new Error('a failed parse has issues')
  if (first.code !== 'invalid_union') return first
  const branches = first.errors.flatMap((branch) => (branch.length === 0 ? [] : [deepest(branch)]))
  const best = branches.filter((branch) => branch.path.length > 0 || branch.code === 'unrecognized_keys')
  const inner = best.sort((a, b) => b.path.length - a.path.length)[0]
  return inner === undefined ? first : ({ ...inner, path: [...first.path, ...inner.path] } as Issue)
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return withArticle(issue.expected)
    case 'invalid_value':
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`
    case 'too_small':
      return limit(issue.origin, 'at least', issue.minimum, issue.inclusive)
    case 'too_big':
      return limit(issue.origin, 'at most', issue.maximum, issue.inclusive)
    case 'unrecognized_keys':
      return `without the unknown ${issue.keys.map((key) => `\`${key}\``).join(', ')}`
    case 'invalid_union':
      return unionExpectation(issue)
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`
    default:
      return issue.message.charAt(0).toLowerCase() + issue.message.slice(1)
  }
}

function unionExpectation(issue: Issue & { code: 'invalid_union' }): string {
  const branches = new Set(issue.errors.flatMap((branch) => (branch[0] === undefined ? [] : [expectation(branch[0])])))
  if (branches.size > 0) return [...branches].join(' or ')
  return 'discriminator' in issue ? `of a known \`${String(issue.discriminator)}\`` : 'of a known form'
}

function limit(origin: string, word: string, bound: number | bigint, inclusive: boolean | undefined): string {
  if (origin === 'string') return `a text of ${word} ${bound} characters`
  if (origin === 'array' || origin === 'set') return `a list of ${word} ${bound} entries`
  return inclusive === false ? `${word === 'at least' ? 'more' : 'less'} than ${bound}` : `${word} ${bound}`
}

function withArticle(type: string): string {
  const names: Record<string, string> = {
    int: 'an integer',
    array: 'a list',
    object: 'an object',
    string: 'a text',
    record: 'an object',
    boolean: 'true or false',
  }
  return names[type] ?? `a ${type}`
}

function received(issue: Issue, input: unknown): string {
  let value = input
  for (const key of issue.path) {
    const isReachable = typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    value = isReachable ? (value as Record<PropertyKey, unknown>)[key] : undefined
  }
  if (value === undefined) return 'nothing'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  try {
    const text = JSON.stringify(value) ?? typeof value
    return text.length > 120 ? `${text.slice(0, 117)}...` : text
  } catch {
    return typeof value
  }
}
