import { describe, expect, it } from 'vitest'
import { describeHead } from '../../../../src-main/learning/network/head-info.ts'

const kind = { name: 'kind', type: 'classification', classes: ['a', 'b', 'c'], weight: 2 } as const
const size = { name: 'size', type: 'regression', classes: [], weight: 1 } as const

describe('a head for classes', () => {
  it('weighs all classes alike, unless they are balanced', () => {
    const plain = { ...kind, labelSmoothing: 0, mean: 0, std: 1, classWeights: [] }
    expect(describeHead(kind, [0, 1, 1], false)).toEqual(plain)
    // Five labelled samples, three classes: 5 / (3 * 1), 5 / (3 * 4), and none of the third.
    expect(describeHead(kind, [0, 1, 1, NaN, 1, 1], true)).toEqual({ ...plain, classWeights: [5 / 3, 5 / 12, 0] })
  })

  it('keeps its label smoothing', () => {
    expect(describeHead({ ...kind, labelSmoothing: 0.1 }, [0], false).labelSmoothing).toBe(0.1)
  })
})

describe('a head for numbers', () => {
  it('has the mean and deviation of the labelled targets; smoothing and balance are for classes', () => {
    expect(describeHead({ ...size, labelSmoothing: 0.1 }, [1, NaN, 5], true)).toEqual({
      ...size,
      labelSmoothing: 0,
      mean: 3,
      std: 2,
      classWeights: [],
    })
  })

  it('of one value, or of none, divides by 1', () => {
    expect(describeHead(size, [7, 7], false)).toMatchObject({ mean: 7, std: 1 })
    expect(describeHead(size, [NaN], false)).toMatchObject({ mean: 0, std: 1 })
  })
})
