import { expect, test } from 'vitest'
import { parseDecimal } from '../../../src-main/base/parse-decimal.ts'

test.each([
  ['12', 12],
  ['-0.5', -0.5],
  ['+3.', 3],
  ['.25', 0.25],
  ['1e-3', 0.001],
  ['2.5E+10', 2.5e10],
  ['6e2', 600],
  ['\t 7 \n', 7],
  ['', Number.NaN],
  ['.', Number.NaN],
  ['1e', Number.NaN],
  ['1e2.5', Number.NaN],
  ['0x10', Number.NaN],
  ['1 000', Number.NaN],
  ['12 cm', Number.NaN],
  ['- 1', Number.NaN],
  ['Infinity', Number.NaN],
])('%j is %s', (text, expected) => expect(parseDecimal(text)).toBe(expected))
