import { expect, test } from 'vitest'
import { atOnce, type Piecewise } from '../../../src-main/base/piecewise.ts'

test('work in pieces is done to its end, and its result is handed out', () => {
  const done: number[] = []
  function* work(): Piecewise<string> {
    for (let i = 0; i < 3; i++) {
      done.push(i)
      yield
    }
    return 'whole'
  }
  expect(atOnce(work())).toBe('whole')
  expect(done).toEqual([0, 1, 2])
})
