export interface PatternProblem {
  readonly message: string
  readonly position: number
}

/** More of these in one alternative, and matching could take too long. */
const MAX_REPEATS = 4
const MAX_OPEN_REPEATS = 3

interface Group {
  readonly position: number
  hasRepeat: boolean
  hasChoice: boolean
}

interface Scan {
  readonly text: string
  readonly open: Group[]
  /** The group that was closed just before, when the next character may repeat it. */
  closed: Group | null
  /** Something stands before, that a repeat can apply to. */
  repeatable: boolean
  repeats: number
  openRepeats: number
}

/** Finds what is wrong with a regular expression and where: unbalanced brackets, a repeat of nothing, and repeats that
 *  nest or pile up so that matching could take exponential time. null when nothing is found. */
export function scanPattern(text: string): PatternProblem | null {
  const scan: Scan = { text, open: [], closed: null, repeatable: false, repeats: 0, openRepeats: 0 }
  for (let at = 0; at < text.length;) {
    const step = scanToken(scan, at)
    if (typeof step !== 'number') return step
    at += step
  }
  const left = scan.open.at(-1)
  return left ? { message: 'This bracket "(" is never closed.', position: left.position } : null
}

/** Length of the token at `at`, or what is wrong with it. */
function scanToken(scan: Scan, at: number): number | PatternProblem {
  const character = scan.text[at]!
  const repeat = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(scan.text.slice(at))?.[0]
  if (repeat) return scanRepeat(scan, at, repeat)
  scan.closed = null
  if (character === '(') return openGroup(scan, at)
  if (character === ')') return closeGroup(scan, at)
  if (character === '|') return startAlternative(scan)
  scan.repeatable = character !== '^' && character !== '$'
  if (character === '[') return scanClass(scan.text, at)
  if (character !== '\\') return 1
  return at + 1 < scan.text.length ? 2 : { message: 'A backslash at the end says nothing.', position: at }
}

function openGroup(scan: Scan, at: number): number {
  scan.open.push({ position: at, hasRepeat: false, hasChoice: false })
  scan.repeatable = false
  return /^\((?:\?(?::|=|!|<=|<!|<[A-Za-z_$][\w$]*>))?/.exec(scan.text.slice(at))![0].length
}

function closeGroup(scan: Scan, at: number): number | PatternProblem {
  const group = scan.open.pop()
  if (!group) return { message: 'This bracket ")" was never opened.', position: at }
  scan.closed = group
  scan.repeatable = true
  const outer = scan.open.at(-1)
  if (outer) outer.hasChoice ||= group.hasChoice
  return 1
}

function startAlternative(scan: Scan): number {
  const group = scan.open.at(-1)
  if (group) group.hasChoice = true
  else scan.repeats = scan.openRepeats = 0
  scan.repeatable = false
  return 1
}

function scanClass(text: string, at: number): number | PatternProblem {
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === '\\') end += 1
    else if (text[end] === ']') return end + 1 - at
  }
  return { message: 'This bracket "[" is never closed.', position: at }
}

function scanRepeat(scan: Scan, at: number, token: string): number | PatternProblem {
  if (!scan.repeatable) return { message: `There is nothing before "${token}" to repeat.`, position: at }
  const most = token.startsWith('?')
    ? 1
    : /^\{\d+\}/.test(token)
      ? Number(token.slice(1, -1).replace('}', ''))
      : Infinity
  const { closed } = scan
  if (closed && most > 1 && (closed.hasRepeat || closed.hasChoice)) {
    return {
      message: 'A repeated group may hold neither repeats nor choices: matching could take forever.',
      position: at,
    }
  }
  scan.repeats += 1
  if (most > 1) scan.openRepeats += 1
  if (scan.repeats > MAX_REPEATS || scan.openRepeats > MAX_OPEN_REPEATS) {
    return { message: 'The pattern repeats too much: matching could take forever.', position: at }
  }
  for (const group of scan.open) group.hasRepeat = true
  scan.closed = null
  scan.repeatable = false
  return token.length
}
