import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePattern } from '../../../../src-main/learning/network/pattern.ts'

const matching = (text: string, names: string[]): string[] => {
  const pattern = compilePattern(text)
  if (!pattern.ok) throw new Error(pattern.message)
  return names.filter(pattern.matches)
}

describe('compilePattern', () => {
  it('matches anywhere in a name', () => {
    const names = ['hidden1', 'hidden2', 'hidden3', 'hidden4', 'logits']
    expect(matching('hidden[34]|logits', names)).toEqual(['hidden3', 'hidden4', 'logits'])
    expect(matching('hidden[123]', names)).toEqual(['hidden1', 'hidden2', 'hidden3'])
    expect(matching('^block(1[0-3]|[0-9])_.*bn$', ['block3_dw_bn', 'block14_dw_bn', 'block11_expand_bn'])).toEqual([
      'block3_dw_bn',
      'block11_expand_bn',
    ])
    expect(matching('(?:stem|head)_conv(_bn)?$', ['stem_conv', 'head_conv_bn', 'stem_conv_relu'])).toHaveLength(2)
  })

  it.each([
    ['block[34', 5, /never closed/],
    ['a|(b', 2, /never closed/],
    ['a)b', 1, /never opened/],
    ['*x', 0, /nothing before/],
    ['a|+', 2, /nothing before/],
    ['a**', 2, /nothing before/],
    ['block\\', 5, /backslash/],
    ['(a+)+', 4, /forever/],
    ['(a|aa)*$', 6, /forever/],
    ['((a?)b){30}', 7, /forever/],
    ['.*.*.*.*x', 7, /forever/],
    ['x'.repeat(201), 200, /at most 200/],
  ])('says what is wrong with %j, and where', (text, position, message) => {
    expect(compilePattern(text)).toEqual({ ok: false, position, message: expect.stringMatching(message) })
  })

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
        const start = performance.now()
        pattern.matches(name)
        expect(performance.now() - start).toBeLessThan(500)
      }),
      { numRuns: 2000 },
    )
  })
})
