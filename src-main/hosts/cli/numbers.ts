import { parseDecimal } from '../../base/parse-decimal.ts'
import { GraftError } from '../../contract/errors.ts'

/** The value of an option that counts something. */
export function wholeNumber(option: string, text: string): number {
  const value = parseDecimal(text)
  if (Number.isInteger(value) && value >= 0) return value
  throw new GraftError('E_INPUT', `Expected ${option} to be a whole number from 0. Received: ${text}`, {
    fix: `For example: ${option} 10`,
  })
}

/** The value of an option that is a share. */
export function shareOption(option: string, text: string): number {
  const value = parseDecimal(text)
  if (value >= 0 && value <= 1) return value
  throw new GraftError('E_INPUT', `Expected ${option} to be a number from 0 to 1. Received: ${text}`, {
    fix: `For example: ${option} 0.95`,
  })
}
