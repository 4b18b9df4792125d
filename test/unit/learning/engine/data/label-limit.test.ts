import { describe, expect, test } from 'vitest'
import { limitLabels } from '../../../../../src-main/learning/engine/data/label-limit.ts'

const targets = Float64Array.from({ length: 90 }, (_, row) => (row < 60 ? 0 : row < 85 ? 1 : 2))
const rows = [...targets.keys()]
const limit = (count: number, seed = 1) => limitLabels(rows, { limit: count, seed, targets, isClassification: true })
const counts = (some: readonly number[]) => [0, 1, 2].map((c) => some.filter((row) => targets[row] === c).length)

describe('a label limit', () => {
  test('takes the same number of each class, as far as its rows go', () => {
    expect(counts(limit(9).labelled)).toEqual([3, 3, 3])
    expect(counts(limit(10).labelled)).toEqual([4, 3, 3])
    expect(counts(limit(30).labelled)).toEqual([13, 12, 5])
  })

  test('counts every other row as unlabelled, and keeps the order', () => {
    const { labelled, removed } = limit(12)
    expect([...labelled, ...removed].toSorted((a, b) => a - b)).toEqual(rows)
    expect(labelled).toEqual(labelled.toSorted((a, b) => a - b))
  })

  test('is drawn by the seed; a larger limit holds the smaller one', () => {
    expect(limit(12).labelled).toEqual(limit(12).labelled)
    expect(limit(12, 2).labelled).not.toEqual(limit(12).labelled)
    const larger = new Set(limit(24).labelled)
    expect(limit(12).labelled.every((row) => larger.has(row))).toBe(true)
  })

  test('above the number of rows changes nothing', () => {
    expect(limit(1000)).toEqual({ labelled: rows, removed: [] })
  })

  test('of numbers draws any of them', () => {
    const { labelled } = limitLabels(rows, { limit: 10, seed: 1, targets, isClassification: false })
    expect(labelled).toHaveLength(10)
  })
})
