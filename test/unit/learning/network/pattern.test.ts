import { describe, expect, it } from 'vitest'
import { compilePattern } from '../../../../src-main/learning/network/pattern.ts'

const matching = (text: string, names: string[]): string[] => {
  const pattern = compilePattern(text)
  if (!pattern.ok) throw new Error(pattern.message)
  const found = pattern.matches(names)
  return names.filter((_, i) => found?.[i])
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

  it('looks at all of a name, however long it is', () => {
    const names = ['x'.repeat(61) + 'end', 'x'.repeat(300) + 'end', 'x'.repeat(300) + 'end.']
    expect(matching('end$', names)).toEqual(names.slice(0, 2))
  })

  it('gives up what would take forever on long names, and is as good as before for the next one', () => {
    const pattern = compilePattern('a*a*a*b$')
    if (!pattern.ok) throw new Error(pattern.message)
    const started = performance.now()
    expect(pattern.matches(['a'.repeat(4000)])).toBeNull()
    expect(performance.now() - started).toBeLessThan(5000)
    expect(pattern.matches(['aab', 'aac'])).toEqual([true, false])
  })

  it('takes a pattern of 200 characters', () => {
    expect(matching('x'.repeat(200), ['x'])).toEqual([])
  })

  it('leaves to the engine what only it knows; the place is then unknown', () => {
    expect(compilePattern('a{3,2}')).toEqual({
      ok: false,
      position: null,
      message: 'Not a regular expression: numbers out of order in {} quantifier.',
    })
  })
})
