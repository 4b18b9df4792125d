import { createContext, Script } from 'node:vm'

/** Only a script can be ended from outside: the engine looks for it while it goes back and forth in a text. */
const SCRIPT = new Script('names.map((name) => expression.test(name))')
const given: { expression?: RegExp; names?: readonly string[] } = createContext({})

/** Which of the names a regular expression matches; null: `mostMs` milliseconds were not enough. */
export function matchInTime(expression: RegExp, names: readonly string[], mostMs: number): boolean[] | null {
  try {
    Object.assign(given, { expression, names })
    return [...(SCRIPT.runInContext(given, { timeout: mostMs }) as boolean[])]
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null
    throw error
  }
}
