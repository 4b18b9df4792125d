import type { z } from 'zod'

export type Issue = z.core.$ZodIssue

/** The first thing wrong with a document, as what was received: `a \`version\` that is not an integer`. */
export function issueText(issues: readonly Issue[]): string {
  const issue = deepestIssue(issues)
  const field = issue.path.map(String).join('.')
  if (issue.code === 'custom') return field === '' ? issue.message : `\`${field}\` with ${issue.message}`
  return field === '' ? `what is not ${expectation(issue)}` : `a \`${field}\` that is not ${expectation(issue)}`
}

/** Of a union, the branch that got furthest says best what was meant. */
export function deepestIssue(issues: readonly Issue[]): Issue {
  const first = issues[0]
  if (first === undefined) throw new Error('a failed parse has issues')
  if (first.code !== 'invalid_union') return first
  const branches = first.errors.flatMap((branch) => (branch.length === 0 ? [] : [deepestIssue(branch)]))
  const best = branches.filter((branch) => branch.path.length > 0 || branch.code === 'unrecognized_keys')
  const inner = best.sort((a, b) => b.path.length - a.path.length)[0]
  return inner === undefined ? first : ({ ...inner, path: [...first.path, ...inner.path] } as Issue)
}

/** What was expected there, after `to be`. */
export function expectation(issue: Issue): string {
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
