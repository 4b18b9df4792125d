import { scanPattern } from './pattern-scan.ts'

export type Pattern =
  | { readonly ok: true; readonly matches: (name: string) => boolean }
  /** `position` counts characters from 0; null when the place is not known. */
  | { readonly ok: false; readonly message: string; readonly position: number | null }

export const MAX_PATTERN_LENGTH = 200
const MAX_NAME_LENGTH = 64

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
    return { ok: true, matches: (name) => expression.test(name.slice(0, MAX_NAME_LENGTH)) }
  } catch (error) {
    const reason = (error as SyntaxError).message.replace(/^.*\/: /, '')
    return { ok: false, message: `Not a regular expression: ${reason}.`, position: null }
  }
}
