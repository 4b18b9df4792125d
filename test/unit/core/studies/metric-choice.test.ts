import { describe, expect, it } from 'vitest'
import { commonMetrics } from '../../../../src-main/core/studies/metric-choice.ts'

describe('what all runs were measured by', () => {
  it('is nothing without runs', () => {
    expect(commonMetrics([])).toEqual([])
    expect(commonMetrics([[]])).toEqual([])
  })

  it('is what every one of them has', () => {
    expect(commonMetrics([['test.loss', 'test.accuracy'], ['test.loss'], ['test.loss', 'test.accuracy']])).toEqual([
      'test.loss',
    ])
  })

  it('stands on a split', () => {
    expect(commonMetrics([['learningRate', 'test', 'other.accuracy', 'train.loss']])).toEqual(['train.loss'])
  })

  it('is ordered by split: target, test, validation, train', () => {
    const names = ['train.accuracy', 'validation.accuracy', 'test.accuracy', 'target.accuracy']
    expect(commonMetrics([names])).toEqual(names.toReversed())
  })

  it('is ordered by measure within a split: scores before errors, all heads before one, then by name', () => {
    const sorted = [
      'test.accuracy',
      'test.a.accuracy',
      'test.b.accuracy',
      'test.rmse',
      'test.loss',
      'test.a.loss',
      'test.a.own',
      'test.b.own',
    ]
    expect(commonMetrics([sorted.toReversed()])).toEqual(sorted)
    expect(commonMetrics([[...sorted].sort()])).toEqual(sorted)
  })
})
