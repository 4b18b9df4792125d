import { deepestIssue, expectation, type Issue } from '../../base/issue-words.ts'
import { GraftError } from '../../contract/errors.ts'

/** The first thing wrong with an input, in one sentence: field, expected, received. */
export function inputError(issues: readonly Issue[], input: unknown): GraftError {
  const issue = deepestIssue(issues)
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
