import { matchInTime } from './match-in-time.ts'
import { scanPattern } from './pattern-scan.ts'

export type Pattern =
  /** For each name whether it matches anywhere in it; null: that would take too long. */
  | { readonly ok: true; readonly matches: (names: readonly string[]) => boolean[] | null }
  /** `position` counts characters from 0; null when the place is not known. */
  | { readonly ok: false; readonly message: string; readonly position: number | null }

export const MAX_PATTERN_LENGTH = 200
/** Names may be of any length. The scan leaves what is quick on names as they are; on long ones of few letters it may not be. */
const MOST_MS = 500

/** Makes a pattern on layer names from a user's regular expression. Patterns that could take exponential time are
 *  refused, for they are matched on each key press in the process that owns the window's data. */
export function compilePattern(text: string): Pattern {
  if (text.length > MAX_PATTERN_LENGTH) {
    const message = `Expected a pattern of at most ${MAX_PATTERN_LENGTH} characters. Received: ${text.length}.`
    return { ok: false, message, position: MAX_PATTERN_LENGTH }
  }
  const problem = scanPattern(text)
  if (problem) return { ok: false, ...problem }
  try {
    const expression = new RegExp(text)
    return { ok: true, matches: (names) => matchInTime(expression, names, MOST_MS) }
  } catch (error) {
    const reason = (error as SyntaxError).message.replace(/^.*\/: /, '')
    return { ok: false, message: `Not a regular expression: ${reason}.`, position: null }
  }
}
