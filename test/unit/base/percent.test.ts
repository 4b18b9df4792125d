import { expect, test } from 'vitest'
import { percent } from '../../../src-main/base/percent.ts'

test.each([
  [0.934, '93.4 %'],
  [1, '100.0 %'],
  [0, '0.0 %'],
  [0.00049, '0.0 %'],
  [null, 'unknown'],
])('%s is %s', (share, text) => expect(percent(share)).toBe(text))
