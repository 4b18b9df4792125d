import { expect, test } from 'vitest'
import { frozenCases } from '../../../../support/frozen-cases.ts'
import { runFrozen } from '../../../../support/run-frozen.ts'

test.each(frozenCases().map((each) => [each.name, each] as const))(
  '%s: the arithmetic in words gives NumPy’s integers',
  (_name, { program, input, expected }) => {
    expect([...runFrozen(program, input, 1)]).toEqual([...expected])
  },
)
