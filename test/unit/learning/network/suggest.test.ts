import { describe, expect, it } from 'vitest'
import { suggest } from '../../../../src-main/learning/network/suggest.ts'

describe('suggested names', () => {
  it.each([
    ['replaced', 'block', 'blick'],
    ['left out', 'bloc', 'block'],
    ['too many', 'blockk', 'block'],
    ['two in the wrong order', 'bolck', 'block'],
    ['capitals', 'BLOCK', 'block'],
    ['capitals of the name', 'block', 'Block'],
  ])('a character %s', (_, wrong, name) => {
    expect(suggest(wrong, ['elsewhere', name])).toEqual([name])
  })

  it('differ by half of the letters at most, or by two', () => {
    expect(suggest('abcdef', ['abcxyz', 'abxyzw'])).toEqual(['abcxyz'])
    expect(suggest('ab', ['xy', 'xyz'])).toEqual(['xy'])
    expect(suggest('', ['ab', 'abc'])).toEqual(['ab'])
  })

  it('are three, the nearest first, equals by their names', () => {
    expect(suggest('aaaa', ['abbb', 'aabb', 'aaab', 'aaac', 'aaaa'])).toEqual(['aaaa', 'aaab', 'aaac'])
    expect(suggest('aaaa', ['aaac', 'aaab'])).toEqual(['aaab', 'aaac'])
    expect(suggest('aaaa', [])).toEqual([])
  })
})
