import { describe, expect, it } from 'vitest'
import { confusionSubset } from '../../../../src-renderer/ui/charts/confusion-subset.ts'
import { sparkPath } from '../../../../src-renderer/ui/charts/spark-path.ts'
import { tableTwin } from '../../../../src-renderer/ui/charts/table-twin.ts'

const series = (id: string, x: number[], y: number[]) => ({ id, label: id, colour: 0, dashed: false, x, y })

describe('tableTwin', () => {
  it('has a row per epoch, and the nearest step beside it', () => {
    const steps = Array.from({ length: 101 }, (_, index) => index)
    const rows = tableTwin([series('train', steps, steps), series('val', [50, 100], [7, 8])])
    expect(rows).toEqual([
      { x: 50, values: [50, 7] },
      { x: 100, values: [100, 8] },
    ])
  })

  it('says where a curve has no value, and stays short', () => {
    expect(tableTwin([series('a', [0, 1], [5, 6]), series('b', [1], [9])])).toEqual([
      { x: 0, values: [5, null] },
      { x: 1, values: [6, 9] },
    ])
    const long = Array.from({ length: 5000 }, (_, index) => index)
    expect(tableTwin([series('a', long, long)], 100).length).toBeLessThanOrEqual(101)
    expect(tableTwin([])).toEqual([])
  })
})

describe('sparkPath', () => {
  it('spans the box, and a flat line lies in the middle', () => {
    expect(sparkPath([0, 1], 21, 11, false)).toBe('M1.5 9.5L19.5 1.5')
    expect(sparkPath([3, 3], 21, 11, false)).toBe('M1.5 5.5L19.5 5.5')
    expect(sparkPath([1], 21, 11, false)).toBe('')
  })
})

describe('confusionSubset', () => {
  it('keeps the classes with most mistakes in their own order', () => {
    const counts = [
      [9, 0, 0, 1],
      [0, 9, 0, 0],
      [0, 0, 9, 0],
      [4, 0, 0, 5],
    ]
    expect(confusionSubset(['a', 'b', 'c', 'd'], counts, 2)).toEqual({
      classes: ['a', 'd'],
      counts: [
        [9, 1],
        [4, 5],
      ],
      hidden: 2,
    })
    expect(confusionSubset(['a'], [[1]], 2).hidden).toBe(0)
  })
})
