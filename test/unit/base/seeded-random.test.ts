import { describe, expect, it } from 'vitest'
import { randomInt, seededRandom, shuffle } from '../../../src-main/base/seeded-random.ts'

const take = (count: number, random: () => number): number[] => Array.from({ length: count }, random)

describe('seededRandom', () => {
  it('gives the same numbers for the same seed and stream, others for others', () => {
    expect(take(5, seededRandom(7))).toEqual(take(5, seededRandom(7)))
    expect(take(5, seededRandom(7))).not.toEqual(take(5, seededRandom(8)))
    expect(take(5, seededRandom(7, 'a'))).not.toEqual(take(5, seededRandom(7, 'b')))
  })

  it('never changes: splits and shuffles of old runs must come out again', () => {
    expect(take(3, seededRandom(1)).map((value) => Math.floor(value * 2 ** 32))).toMatchInlineSnapshot(`
      [
        3418314571,
        285456276,
        1303712619,
      ]
    `)
  })

  it('is uniform in [0, 1)', () => {
    const values = take(100_000, seededRandom(3))
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true)
    const counts = new Array<number>(20).fill(0)
    for (const value of values) counts[Math.floor(value * 20)]! += 1
    // Chi-squared with 19 degrees of freedom; 43.8 is its 99.9 % point.
    expect(counts.reduce((sum, count) => sum + (count - 5000) ** 2 / 5000, 0)).toBeLessThan(43.8)
  })

  it('does not correlate neighbouring seeds', () => {
    const firsts = Array.from({ length: 2000 }, (_, seed) => seededRandom(seed)())
    const mean = firsts.reduce((sum, value) => sum + value, 0) / firsts.length
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.03)
  })
})

describe('shuffle', () => {
  it('keeps the values, and every order is as likely', () => {
    const counts = new Map<string, number>()
    const random = seededRandom(5)
    for (let i = 0; i < 6000; i++) {
      const order = shuffle([1, 2, 3], random).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual(['123', '132', '213', '231', '312', '321'])
    expect(Math.min(...counts.values())).toBeGreaterThan(850)
    expect([...shuffle(Int32Array.from([3, 1, 2]), random)].sort()).toEqual([1, 2, 3])
  })
})

describe('randomInt', () => {
  it('stays below its limit', () => {
    const random = seededRandom(2)
    const values = Array.from({ length: 1000 }, () => randomInt(random, 3))
    expect(new Set(values)).toEqual(new Set([0, 1, 2]))
  })
})
