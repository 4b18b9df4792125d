import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePattern } from '../../../../src-main/learning/network/pattern.ts'
import { processorTime } from '../../../support/processor-time.ts'

describe('compilePattern on any text', () => {
  it('never throws, and agrees with the engine about what is a regular expression', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab1(|)[]{},*+?.^$\\_-:='), maxLength: 20 }), (text) => {
        const pattern = compilePattern(text)
        if (pattern.ok) expect(() => new RegExp(text)).not.toThrow()
      }),
      { numRuns: 3000 },
    )
  })

  it('answers within a moment whatever is accepted', () => {
    const name = 'a'.repeat(64)
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aa.(|)*+?{2,}b$'), maxLength: 30 }), (text) => {
        const pattern = compilePattern(text)
        if (!pattern.ok) return
        const spent = processorTime()
        expect(pattern.matches([name])).not.toBeNull()
        expect(spent()).toBeLessThan(1000)
      }),
      { numRuns: 2000 },
    )
  })
})
