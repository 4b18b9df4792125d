import { describe, expect, it } from 'vitest'
import { scanPattern } from '../../../../src-main/learning/network/pattern-scan.ts'

const FOREVER = 'matching could take forever.'
const NESTED = `A repeated group may hold neither repeats nor choices: ${FOREVER}`
const TOO_MUCH = `The pattern repeats too much: ${FOREVER}`
const nothingBefore = (token: string) => `There is nothing before "${token}" to repeat.`

describe('sound patterns', () => {
  it.each([
    [''],
    ['block3'],
    ['^a$'],
    ['(a)(b)'],
    ['((a)b)'],
    ['a|b|'],
    ['(a|b)c+'],
    ['[a(|*]'],
    ['[\\]]a'],
    ['[]a]'],
    ['\\(\\*'],
    ['\\\\'],
    ['a{'],
    ['a{,3}'],
    [']}'],
    // Repeats of one character, class, escape or plain group, lazy ones, and counts.
    ['a*'],
    ['[ab]+'],
    ['\\d*'],
    ['.+?'],
    ['(ab)+'],
    ['a{2}b{2,}c{2,5}'],
    ['a{2}?'],
    ['$a*'],
    // A choice or a repeat in a group that is there once at most.
    ['(a|b)?'],
    ['(a+)?'],
    ['(a|b){1}'],
    ['(a|b){1}?'],
    ['(a|b){01}'],
    ['(a|b){0}'],
    // What stands before a group does not make it a repeated one.
    ['a+(b)+'],
    ['(a+)(b)+'],
    ['(a|b)(c)+'],
    // As many as may be, and once more in the next alternative.
    ['a?b?c?d?'],
    ['a*b*c*d?'],
    ['a*b*c*|a*b*c*'],
    ['a?b?c?d?|a?b?c?d?'],
    ['a{1}b{1}c{1}d{1}'],
    // Groups that do not capture, looks ahead and behind, names.
    ['(?:a)'],
    ['(?=a)'],
    ['(?!a)'],
    ['(?<=a)'],
    ['(?<!a)'],
    ['(?<name_1>a)'],
    ['(?<$a>a)b'],
  ])('%j', (text) => {
    expect(scanPattern(text)).toBeNull()
  })
})

describe('what is wrong, and at which character', () => {
  it.each([
    ['a(b', 1, 'This bracket "(" is never closed.'],
    ['(a(b', 2, 'This bracket "(" is never closed.'],
    ['(a(b)', 0, 'This bracket "(" is never closed.'],
    ['a)', 1, 'This bracket ")" was never opened.'],
    ['(a))(', 3, 'This bracket ")" was never opened.'],
    ['][a', 1, 'This bracket "[" is never closed.'],
    ['ab[cd', 2, 'This bracket "[" is never closed.'],
    ['a[b\\]', 1, 'This bracket "[" is never closed.'],
    ['a[b\\', 1, 'This bracket "[" is never closed.'],
    ['ab\\', 2, 'A backslash at the end says nothing.'],
    ['*a', 0, nothingBefore('*')],
    ['^+', 1, nothingBefore('+')],
    ['a$?', 2, nothingBefore('?')],
    ['a|{2,3}', 2, nothingBefore('{2,3}')],
    ['(*a)', 1, nothingBefore('*')],
    ['(?:+a)', 3, nothingBefore('+')],
    ['(?<=*a)', 4, nothingBefore('*')],
    ['(?<!{2}a)', 4, nothingBefore('{2}')],
    ['(?!*a)', 3, nothingBefore('*')],
    ['(?=*a)', 3, nothingBefore('*')],
    ['(?<n>*a)', 5, nothingBefore('*')],
    ['(?i)a', 1, nothingBefore('?')],
    ['(?<1>a)', 1, nothingBefore('?')],
    ['a**', 2, nothingBefore('*')],
    ['a{2}{3}', 4, nothingBefore('{3}')],
    ['a+??', 3, nothingBefore('?')],
  ])('%j', (text, position, message) => {
    expect(scanPattern(text)).toEqual({ message, position })
  })
})

describe('repeats that could take exponential time', () => {
  it.each([
    ['(a+)+', 4],
    ['(a|b)*', 5],
    ['(a?){2}', 4],
    ['(a|b){2}?', 5],
    ['(a|b){1,}', 5],
    ['(a|b){0,5}', 5],
    ['(a|b){12}', 5],
    ['((a|b)c)+', 8],
    ['((a+)b)+', 7],
    ['((a)+b)+', 7],
    ['(x(y(z|w)))+', 11],
    ['(?:a+){3,}', 6],
  ])('nested: %j', (text, position) => {
    expect(scanPattern(text)).toEqual({ message: NESTED, position })
  })

  it.each([
    ['a?b?c?d?e?', 9],
    ['a*b+c{2}d*', 9],
    ['a*b*c*(d*)', 8],
    ['(a*b*|c*d*)', 9],
    ['a{3}b{3}c{3}d{2}', 13],
    ['x|a?b?c?d?e?', 11],
  ])('piled up: %j', (text, position) => {
    expect(scanPattern(text)).toEqual({ message: TOO_MUCH, position })
  })
})
