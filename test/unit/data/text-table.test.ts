import { expect, test } from 'vitest'
import { firstProblems } from '../../../src-main/data/first-problems.ts'
import { columnNames } from '../../../src-main/data/text-table.ts'

test.each([
  ['spaces are trimmed', [' a ', '\tb'], ['a', 'b']],
  ['empty ones are numbered', ['', 'a', '  '], ['column 1', 'a', 'column 3']],
  ['repeated ones are counted', ['x', 'x', 'x', 'x 2'], ['x', 'x 2', 'x 3', 'x 2 2']],
  ['names of prototypes are none', ['__proto__', 'constructor', 'prototype', 'toString'], ['__proto__ (column)', 'constructor (column)', 'prototype (column)', 'toString']],
  ['long ones are cut', [`${'x'.repeat(250)}`, `${'x'.repeat(201)}`], ['x'.repeat(200), `${'x'.repeat(200)} 2`]],
  ['none are none', [], []],
] as const)('names of columns: %s', (_what, raw, expected) => expect(columnNames(raw)).toEqual(expected)) // prettier-ignore

test('an inspection warns of the first five problems, and says how many more there are', () => {
  const problems = Array.from({ length: 7 }, (_, i) => {
    return { path: i === 1 ? '' : `line ${i}`, code: 'bad-row', message: `m${i}`, level: 'error' } as const
  })
  const five = ['line 0: m0', 'm1', 'line 2: m2', 'line 3: m3', 'line 4: m4']
  expect(firstProblems(problems)).toEqual([...five, 'and 2 more; the import lists all.'])
  expect(firstProblems(problems.slice(0, 6)).at(-1)).toBe('and 1 more; the import lists all.')
  expect(firstProblems(problems.slice(0, 5))).toEqual(five)
  expect(firstProblems([])).toEqual([])
})
