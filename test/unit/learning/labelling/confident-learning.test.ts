import { describe, expect, it } from 'vitest'
import { confidentJoint } from '../../../../src-main/learning/labelling/doubts/confident-joint.ts'
import { labelIssues } from '../../../../src-main/learning/labelling/doubts/confident-learning.ts'
import { confidentCases } from '../../../support/confident-cases.ts'

/** Whose whole number differs from cleanlab's: of equal remainders numpy's sort picks any. */
function differences(own: Int32Array, joint: number[][]): number[] {
  return joint.flat().flatMap((count, at) => (own[at] === count ? [] : [Math.abs(own[at]! - count)]))
}

describe.each(confidentCases())('confident learning: $name', ({ probabilities, given, issues, joint }) => {
  it('counts as cleanlab does, but for equal remainders', () => {
    const own = confidentJoint(probabilities, given, 10)
    const found = differences(own, joint)
    expect(found.length).toBeLessThanOrEqual(8)
    expect(found.every((difference) => difference === 1)).toBe(true)
    joint.forEach((row, i) => {
      const sum = own.subarray(i * 10, i * 10 + 10).reduce((a, b) => a + b, 0)
      expect(sum).toBe(row.reduce((a, b) => a + b, 0))
      expect(own[i * 11]).toBe(row[i])
    })
  })

  it('finds the labels that cleanlab finds, in its order, one more or less for each such remainder', () => {
    const own = labelIssues(probabilities, given, 10)
    const theirs = new Set(issues)
    const both = [...own.issues].filter((row) => theirs.has(row))
    expect(own.issues.length - both.length + issues.length - both.length).toBeLessThanOrEqual(
      differences(own.joint, joint).length,
    )
    // Equal scores are in no order.
    const scores = (rows: Iterable<number>) => Array.from(rows, (row) => probabilities[row * 10 + given[row]!]!)
    const shared = new Set(both)
    expect(scores(both)).toEqual(scores(issues.filter((row) => shared.has(row))))
    expect([...own.issues].every((row) => own.best[row] !== given[row])).toBe(true)
  })
})

describe('confident learning', () => {
  it('by hand: two classes, one label on the wrong side', () => {
    const of = (...shares: number[]) => Float32Array.from(shares.flatMap((share) => [share, 1 - share]))
    const probabilities = of(0.9, 0.8, 0.95, 0.1, 0.2, 0.15)
    const given = [0, 0, 1, 1, 1, 1]
    // Mean self-confidence: 0.85 and (0.05 + 0.9 + 0.8 + 0.85) / 4 = 0.65. Confident: rows 0 and 2 of class 0, 3 to 5 of class 1.
    const { issues, joint, best, selfConfidence } = labelIssues(probabilities, given, 2)
    expect([...joint]).toEqual([2, 0, 1, 3])
    expect([...issues]).toEqual([2])
    expect(best[2]).toBe(0)
    expect(selfConfidence[2]).toBeCloseTo(0.05, 6)
  })

  it('leaves one label of each class, and a class without labels alone', () => {
    const probabilities = Float32Array.from([0.1, 0.8, 0.1, 0.1, 0.8, 0.1, 0.2, 0.7, 0.1])
    const { issues, joint } = labelIssues(probabilities, [0, 1, 1], 3)
    expect([...issues]).toEqual([])
    expect([...joint.subarray(6)]).toEqual([0, 0, 0])
  })
})
