import { describe, expect, it } from 'vitest'
import { parseNumber, stepNumber } from '../../../../src-renderer/ui/number-step.ts'

describe('stepNumber', () => {
  it('walks 1, 2, 5 on a logarithmic field and back', () => {
    const up = [0.001]
    for (let i = 0; i < 6; i++) up.push(stepNumber(up.at(-1) ?? 0, 1, { log: true }))
    expect(up).toEqual([0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1])
    const down = [0.1]
    for (let i = 0; i < 6; i++) down.push(stepNumber(down.at(-1) ?? 0, -1, { log: true }))
    expect(down).toEqual([...up].reverse())
  })

  it('adds decimal steps without dust and stays in range', () => {
    expect(stepNumber(0.2, 1, { step: 0.1 })).toBe(0.3)
    expect(stepNumber(10, 1, { integer: true, max: 10 })).toBe(10)
    expect(stepNumber(1, -1, { integer: true, min: 1 })).toBe(1)
  })
})

describe('parseNumber', () => {
  it.each([
    ['0,5', {}, 0.5],
    ['−3', {}, -3],
    ['1e-3', {}, 0.001],
    ['', { optional: true }, null],
    ['', {}, 'Enter a number.'],
    ['0x10', {}, 'Expected a number. Received: 0x10.'],
    ['abc', {}, 'Expected a number. Received: abc.'],
    ['2.5', { integer: true }, 'Expected a whole number.'],
    ['0', { min: 1, max: 10 }, 'Between 1 and 10.'],
    ['-1', { min: 0 }, 'At least 0.'],
  ])('%s', (text, rules, expected) => expect(parseNumber(text, rules)).toBe(expected))
})
