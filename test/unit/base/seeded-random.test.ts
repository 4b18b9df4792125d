import { describe, expect, it } from 'vitest'
import { randomInt, seededRandom, shuffle } from '../../../src-main/base/seeded-random.ts'

const take = (count: number, random: () => number): number[] => Array.from({ length: count }, random)

const MASK = 0xffff_ffffn
const rotated = (x: bigint, by: bigint): bigint => ((x << by) | (x >> (32n - by))) & MASK

/** The same in whole numbers of any size, as the papers write it: FNV-1a, splitmix32, xoshiro128** 1.1. */
function* reference(seed: number, stream: string): Generator<number> {
  let state = (0x811c_9dc5n ^ BigInt(seed >>> 0)) & MASK
  for (const character of stream) state = ((state ^ BigInt(character.charCodeAt(0))) * 0x0100_0193n) & MASK
  const s = Array.from({ length: 4 }, () => {
    state = (state + 0x9e37_79b9n) & MASK
    let z = state
    z = ((z ^ (z >> 16n)) * 0x21f0_aaadn) & MASK
    z = ((z ^ (z >> 15n)) * 0x735a_2d97n) & MASK
    return z ^ (z >> 15n)
  }) as [bigint, bigint, bigint, bigint]
  for (;;) {
    yield Number((rotated((s[1] * 5n) & MASK, 7n) * 9n) & MASK) / 2 ** 32
    const t = (s[1] << 9n) & MASK
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= t
    s[3] = rotated(s[3], 11n)
  }
}

describe('seededRandom', () => {
  it.each([
    [0, ''],
    [1, 'epoch 3'],
    [4_294_967_295, 'conv1/kernel'],
    [-1, 'ä'],
  ])('is xoshiro128** of seed %s and stream %j', (seed, stream) => {
    const expected = reference(seed, stream)
    expect(take(20, seededRandom(seed, stream))).toEqual(Array.from({ length: 20 }, () => expected.next().value))
  })

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
  it('swaps from the end with a place up to its own, as Fisher and Yates do', () => {
    const values = ['a', 'b', 'c', 'd']
    // Places 0 of 4, 2 of 3 and 1 of 2: only the first is another than its own.
    const draws = [0, 0.9, 0.9]
    expect(shuffle(values, () => draws.shift()!)).toBe(values)
    expect(values).toEqual(['d', 'b', 'c', 'a'])
    expect(draws).toEqual([])
    expect(shuffle(['a', 'b', 'c'], () => 0)).toEqual(['b', 'c', 'a'])
    const never = () => expect.fail('one value needs no draw')
    expect([shuffle([], never), shuffle(['a'], never)]).toEqual([[], ['a']])
  })

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
  it('is the whole part of its share of the limit', () => {
    expect([0, 0.249, 0.25, 0.999].map((value) => randomInt(() => value, 4))).toEqual([0, 0, 1, 3])
  })

  it('stays below its limit', () => {
    const random = seededRandom(2)
    const values = Array.from({ length: 1000 }, () => randomInt(random, 3))
    expect(new Set(values)).toEqual(new Set([0, 1, 2]))
  })
})
