import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../../../src-main/base/seeded-random.ts'
import {
  coordinateGroups,
  findOneHotGroups,
  smearRows,
} from '../../../../../src-main/learning/strategies/born-again-tree/smear.ts'

const WIDTH = 4
/** Row r holds 10 r, 10 r + 1 ...: where a value comes from can be read off. */
const x = Float32Array.from({ length: 8 * WIDTH }, (_, i) => 10 * Math.floor(i / WIDTH) + (i % WIDTH))
const rowOf = (value: number) => Math.floor(value / 10)

function manufacture(pAlt: number, groups: number[][], count: number, seed = 1): number[][] {
  const source = { width: WIDTH, x, groups, pAlt }
  const rows = smearRows(source, seededRandom(seed), { count, path: [], tries: count })
  return Array.from({ length: count }, (_, i) => [...rows.subarray(i * WIDTH, (i + 1) * WIDTH)])
}

describe('smearing', () => {
  test('every coordinate keeps its place, and holds a value that some row has there', () => {
    for (const row of manufacture(0.5, coordinateGroups(WIDTH), 200)) {
      row.forEach((value, i) => expect(value % 10).toBe(i))
    }
  })

  test('p_alt 0 copies rows', () => {
    for (const row of manufacture(0, coordinateGroups(WIDTH), 50)) expect(new Set(row.map(rowOf)).size).toBe(1)
  })

  test('a share p_alt of coordinates comes from another row, each by itself', () => {
    // The row that most coordinates come from is the row itself, but for rare ties: with p = .1 by far.
    const rows = manufacture(0.1, coordinateGroups(WIDTH), 20_000)
    const moved = rows.map((row) => {
      const from = row.map(rowOf)
      const own = from.find((r) => from.filter((other) => other === r).length >= 3)
      return own === undefined ? null : from.map((r) => r !== own)
    })
    const clear = moved.filter((each) => each !== null)
    const shares = [0, 1, 2, 3].map((i) => clear.filter((each) => each[i]).length / rows.length)
    // One of four moved: .1 * .9^3 for each of them.
    for (const share of shares) expect(share).toBeCloseTo(0.1 * 0.9 ** 3, 2)
  })

  test('another row is never the row itself', () => {
    for (const row of manufacture(1, [[0], [1, 2, 3]], 300).map((each) => each.map(rowOf))) {
      expect(row[1]).toBe(row[2])
    }
    // Of two rows the other one is known: both coordinates come from it.
    const two = { width: 2, x: Float32Array.from([0, 0, 1, 1]), groups: [[0], [1]], pAlt: 1 }
    const made = smearRows(two, seededRandom(5), { count: 200, path: [], tries: 200 })
    for (let i = 0; i < made.length; i += 2) expect(made[i]).toBe(made[i + 1])
    expect(new Set(made)).toEqual(new Set([0, 1]))
  })

  test('a group moves as a unit', () => {
    const rows = manufacture(0.5, [[0], [1, 2, 3]], 300)
    for (const row of rows) expect(new Set(row.slice(1).map(rowOf)).size).toBe(1)
    expect(rows.some((row) => rowOf(row[0]!) !== rowOf(row[1]!))).toBe(true)
  })

  test('same seed, same rows; another seed, others', () => {
    const groups = coordinateGroups(WIDTH)
    expect(manufacture(0.3, groups, 20, 4)).toEqual(manufacture(0.3, groups, 20, 4))
    expect(manufacture(0.3, groups, 20, 5)).not.toEqual(manufacture(0.3, groups, 20, 4))
  })

  test('rows for a node pass every test on the way to it, and draws are limited', () => {
    const source = { width: WIDTH, x, groups: coordinateGroups(WIDTH), pAlt: 0.5 }
    const path = [
      { feature: 0, threshold: 30, isLeft: true },
      { feature: 2, threshold: 42, isLeft: false },
    ]
    const rows = smearRows(source, seededRandom(2), { count: 40, path, tries: 10_000 })
    expect(rows.length).toBe(40 * WIDTH)
    for (let i = 0; i < rows.length; i += WIDTH) {
      expect(rows[i]!).toBeLessThanOrEqual(30)
      expect(rows[i + 2]!).toBeGreaterThan(42)
    }
    const none = [{ feature: 0, threshold: -1, isLeft: true }]
    expect(smearRows(source, seededRandom(2), { count: 40, path: none, tries: 100 }).length).toBe(0)
  })
})

describe('groups', () => {
  test('what is not grouped stands by itself', () => {
    expect(coordinateGroups(5, [[1, 2]])).toEqual([[0], [1, 2], [3], [4]])
  })

  test('columns of which exactly one is high in every row are found, standardised or not', () => {
    // Three columns of one category beside a number and a flag.
    const rows = [
      [0.2, 1, 0, 0, 1],
      [0.3, 0, 1, 0, 1],
      [0.4, 0, 0, 1, 0],
      [0.5, 1, 0, 0, 0],
    ]
    const flat = Float32Array.from(rows.flat())
    expect(findOneHotGroups(flat, 5)).toEqual([[1, 2, 3]])
    const standardised = Float32Array.from(rows.flatMap((row) => row.map((value, i) => (value - 0.3) / (i + 1))))
    expect(findOneHotGroups(standardised, 5)).toEqual([[1, 2, 3]])
    const twice = Float32Array.from([1, 0, 0, 1, 1, 0, 0, 0, 1])
    expect(findOneHotGroups(twice, 3)).toEqual([])
  })
})
