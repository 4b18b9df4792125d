import { describe, expect, it } from 'vitest'
import { labelLimits } from '../../../../src-main/core/studies/label-limits.ts'
import { studySpec } from '../../../support/study-rows.ts'

const limits = (asked: (number | null)[], labelled: number, classes: number) =>
  labelLimits(studySpec({ kind: 'label-efficiency', labelLimits: asked }), labelled, classes)

describe('numbers of labels', () => {
  it('are all of them, unless labels are what is studied', () => {
    expect(labelLimits(studySpec({ kind: 'tournament', labelLimits: [4, 8] }), 100, 2)).toEqual([null])
  })

  it('are those that were asked for, the least first, all of them last', () => {
    expect(limits([null, 40, 5, 40], 100, 2)).toEqual([5, 40, null])
    expect(limits([40, 5], 100, 2)).toEqual([5, 40])
  })

  it('beyond the labelled items mean all of them', () => {
    expect(limits([99, 100, 101, 5], 100, 2)).toEqual([5, 99, null])
  })

  it('stay as they are where nothing is known to be labelled', () => {
    expect(limits([5, 40], 0, 0)).toEqual([5, 40])
  })

  it('are halves down to two a class', () => {
    // 100, 50, 25, 12.5 -> 13, which is less than 2 * 10.
    expect(limits([], 100, 10)).toEqual([25, 50, null])
    expect(limits([], 80, 10)).toEqual([20, 40, null])
    expect(limits([], 76, 10)).toEqual([38, null])
  })

  it('are never fewer than four', () => {
    expect(limits([], 7, 0)).toEqual([4, null])
    expect(limits([], 6, 1)).toEqual([null])
  })

  it('are six at most', () => {
    expect(limits([], 10_000, 2)).toEqual([313, 625, 1250, 2500, 5000, null])
  })
})
