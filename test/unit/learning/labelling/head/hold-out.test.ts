import { expect, test } from 'vitest'
import { holdOut } from '../../../../../src-main/learning/labelling/head/hold-out.ts'

const OF = { items: 1000, outputs: 3, seed: 1 }
const range = (count: number) => Array.from({ length: count }, (_, i) => i)

test('one in five of each class, of none that has fewer than five', () => {
  const targets = Int32Array.from({ length: 124 }, (_, i) => (i < 4 ? 2 : i % 2))
  const held = holdOut(range(124), targets, OF)
  expect([0, 1, 2].map((label) => [...held].filter((place) => targets[place] === label).length)).toEqual([12, 12, 0])
})

test('no label where fewer than twenty would be', () => {
  const targets = (count: number) => Int32Array.from({ length: count }, (_, i) => i % 2)
  expect(holdOut(range(98), targets(98), OF).size).toBe(0)
  expect(holdOut(range(100), targets(100), OF).size).toBe(20)
})

test('a seed holds out the same rows, and as labels come nearly the same', () => {
  const of = (count: number, seed = 1) => {
    const rows = range(count).map((i) => i * 2)
    const held = holdOut(
      rows,
      Int32Array.from(rows, (row) => (row / 2) % 3),
      { ...OF, seed },
    )
    return new Set([...held].map((place) => rows[place]!))
  }
  expect(of(300)).toEqual(of(300))
  expect(of(300, 2)).not.toEqual(of(300))
  const [before, after] = [of(300), of(330)]
  expect([...before].filter((row) => !after.has(row)).length).toBeLessThan(12)
})
