import { describe, expect, it } from 'vitest'
import { functionalAnova, varianceShares } from '../../../../src-main/base/statistics/functional-anova.ts'
import { regressionTree } from '../../../../src-main/base/statistics/regression-tree.ts'
import { seededRandom } from '../../../../src-main/base/seeded-random.ts'

const random = seededRandom(7)
const ROWS = Array.from({ length: 300 }, () => [random(), random(), random()])
const sharesOf = (f: (x: readonly number[]) => number): number[] => functionalAnova(ROWS, ROWS.map(f))!

describe('a regression tree', () => {
  it('divides between the two values whose halves have the least squared error', () => {
    const x = [[0.1], [0.2], [0.6], [0.8]]
    expect(regressionTree(x, [1, 1, 5, 5], [0, 1, 2, 3])).toEqual([
      { low: [0], high: [0.4], value: 1 },
      { low: [0.4], high: [1], value: 5 },
    ])
  })

  it('is one part where nothing varies', () => {
    expect(regressionTree([[0], [1], [0.5], [0.2]], [3, 3, 3, 3], [0, 1, 2, 3])).toEqual([
      { low: [0], high: [1], value: 3 },
    ])
  })
})

describe('the functional ANOVA of a tree', () => {
  it('is that of its boxes by hand', () => {
    // y is 0 for a < 1/4, else 0 or 4 by the half of b. Mean 3/4 * 2 = 1.5; variance 1/4 * 2.25 + 3/8 * 2.25 + 3/8 * 6.25 = 3.75.
    const leaves = [
      { low: [0, 0], high: [0.25, 1], value: 0 },
      { low: [0.25, 0], high: [1, 0.5], value: 0 },
      { low: [0.25, 0.5], high: [1, 1], value: 4 },
    ]
    // Of a: 0 for a quarter, else 2: 1/4 * 2.25 + 3/4 * 0.25 = 0.75. Of b: 0 or 3, each for a half: 2.25.
    const [a, b] = varianceShares(leaves)!
    expect(a).toBeCloseTo(0.75 / 3.75, 12)
    expect(b).toBeCloseTo(2.25 / 3.75, 12)
    expect(varianceShares([{ low: [0], high: [1], value: 2 }])).toBeNull()
  })
})

describe('the importance of inputs', () => {
  it('lies where the differences come from', () => {
    const [a, b, c] = sharesOf(([x = 0]) => 3 * x)
    expect([a! > 0.97, b! < 0.02, c! < 0.02]).toEqual([true, true, true])
  })

  it('is shared as the variances of a sum are', () => {
    // Var(2a) : Var(b) = 4 : 1.
    const [a, b, c] = sharesOf(([x = 0, y = 0]) => 2 * x + y)
    expect(Math.abs(a! - 0.8)).toBeLessThan(0.06)
    expect(Math.abs(b! - 0.2)).toBeLessThan(0.06)
    expect(c!).toBeLessThan(0.02)
  })

  it('is left to inputs together where neither says anything alone', () => {
    const shares = sharesOf(([x = 0, y = 0]) => (x < 0.5 === y < 0.5 ? 1 : 0))
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThan(0.3)
  })

  it('is not guessed from a few rows, nor from values that are all alike', () => {
    expect(functionalAnova(ROWS.slice(0, 5), [1, 2, 3, 4, 5])).toBeNull()
    expect(functionalAnova(ROWS, ROWS.map(() => 1))).toBeNull() // prettier-ignore
  })
})
