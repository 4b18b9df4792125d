import { expect, test } from 'vitest'
import { roundToSpread } from '../../../src-main/base/significant-digits.ts'

test.each([
  ['keeps the hundreds of what varies by 1000', 1_700_000_012_345.6, 1000, 2, 1_700_000_012_300],
  ['the same below 0', -1_700_000_012_345.6, 1000, 2, -1_700_000_012_300],
  ['keeps no more digits than asked for near 0', 0.001_234_56, 10, 3, 0.001_23],
  ['adds the digits that all values share', 123.456_789, 1, 3, 123.46],
  ['a spread of its own size adds none', 5.4321, 5.4321, 2, 5.4],
  ['without a spread keeps the digits asked for', 1234.5678, 0, 2, 1200],
  ['without a known spread, too', 1234.5678, Number.NaN, 6, 1234.57],
  ['0 stays 0', 0, 3, 4, 0],
  ['never asks for more digits than a number has', 1.234_567_891_234_5e200, 1, 3, 1.234_567_891_234_5e200],
])('%s', (_what, value, spread, digits, expected) => expect(roundToSpread(value, spread, digits)).toBe(expected))
