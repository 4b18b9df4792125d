import { expect, it } from 'vitest'
import { pickEvenly } from '../../../src-main/base/pick-evenly.ts'

it('takes from the whole list, in its order, nothing twice', () => {
  expect(pickEvenly(['a', 'b', 'c', 'd', 'e', 'f', 'g'], 3)).toEqual(['a', 'c', 'e'])
  expect(pickEvenly(['a', 'b', 'c'], 3)).toEqual(['a', 'b', 'c'])
  expect(pickEvenly(['a', 'b'], 100)).toEqual(['a', 'b'])
  expect(pickEvenly([], 100)).toEqual([])
})
