import { describe, expect, test } from 'vitest'
import { describeHead, type HeadInfo } from '../../../src-main/learning/engine/heads.ts'
import { addSample, emptyTotals, headMetrics } from '../../../src-main/learning/metrics/head-metrics.ts'
import { splitMetrics } from '../../../src-main/learning/metrics/split-metrics.ts'

const CLASSES = { name: 'kind', type: 'classification', classes: ['a', 'b', 'c'], weight: 1 } as const
const NUMBER = { name: 'size', type: 'regression', classes: [], weight: 0.5 } as const

function measured(head: HeadInfo, samples: { target: number; outputs: number[] }[]) {
  const totals = emptyTotals(head)
  for (const { target, outputs } of samples) addSample(totals, head, target, outputs)
  return totals
}

describe('classification', () => {
  const head = describeHead(CLASSES, [0, 1, 2], false)

  test('loss, accuracy and macro F1 of a worked example', () => {
    const even = [0, 0, 0]
    const totals = measured(head, [
      { target: 0, outputs: [5, 0, 0] },
      { target: 1, outputs: [5, 0, 0] },
      { target: 1, outputs: [0, 5, 0] },
      { target: 1, outputs: even },
    ])
    const sure = Math.log(Math.exp(5) + 2)
    const metrics = headMetrics(totals, head)
    expect(metrics['loss']).toBeCloseTo((sure - 5 + sure + (sure - 5) + Math.log(3)) / 4, 10)
    expect(metrics['accuracy']).toBe(0.5)
    // a: 1 hit, 3 predicted, 1 there: 2/4. b: 1 hit, 1 predicted, 3 there: 2/4. c never occurs and does not count.
    expect(metrics['macroF1']).toBeCloseTo(0.5, 10)
  })

  test('a missing label does not count, but is predicted', () => {
    const totals = emptyTotals(head)
    const result = addSample(totals, head, NaN, [0, 3, 0])
    expect(result).toMatchObject({ predicted: 1, loss: 0 })
    expect(result.confidence).toBeCloseTo(Math.exp(3) / (Math.exp(3) + 2), 10)
    expect(headMetrics(totals, head)).toEqual({})
  })

  test('huge logits stay finite', () => {
    const totals = measured(head, [{ target: 1, outputs: [1e6, -1e6, 0] }])
    expect(headMetrics(totals, head)['loss']).toBe(2e6)
  })

  test('balanced class weights are n / (classes * count), and weigh the loss', () => {
    const balanced = describeHead(CLASSES, [0, 0, 0, 1, NaN], true)
    expect(balanced.classWeights).toEqual([4 / 9, 4 / 3, 0])
    const totals = measured(balanced, [
      { target: 0, outputs: [0, 0, 0] },
      { target: 1, outputs: [9, 0, 0] },
    ])
    const wrong = Math.log(Math.exp(9) + 2)
    const expected = ((4 / 9) * Math.log(3) + (4 / 3) * wrong) / (4 / 9 + 4 / 3)
    expect(headMetrics(totals, balanced)['loss']).toBeCloseTo(expected, 10)
  })
})

describe('regression', () => {
  test('errors are in the target’s unit, the loss in standard deviations', () => {
    const head = describeHead(NUMBER, [10, 20, 30, NaN], false)
    const std = Math.sqrt(200 / 3)
    expect(head).toMatchObject({ mean: 20 })
    expect(head.std).toBeCloseTo(std, 12)
    const totals = measured(head, [
      { target: 10, outputs: [0] },
      { target: 30, outputs: [1] },
    ])
    const errors = [10, 20 + std - 30]
    const squared = errors[0]! ** 2 + errors[1]! ** 2
    expect(headMetrics(totals, head)).toEqual({
      loss: expect.closeTo(squared / std ** 2 / 2, 9),
      mae: expect.closeTo((errors[0]! + Math.abs(errors[1]!)) / 2, 9),
      rmse: expect.closeTo(Math.sqrt(squared / 2), 9),
      r2: expect.closeTo(1 - squared / 200, 9),
    })
  })

  test('a target that never varies', () => {
    const head = describeHead(NUMBER, [4, 4], false)
    expect(head.std).toBe(1)
    expect(headMetrics(measured(head, [{ target: 4, outputs: [0] }]), head)).toEqual({ loss: 0, mae: 0, rmse: 0 })
  })
})

test('several heads: names by head, and the weighted sum over them', () => {
  const heads = [describeHead(CLASSES, [0], false), describeHead(NUMBER, [0, 2], false)]
  const totals = [
    measured(heads[0]!, [{ target: 0, outputs: [0, 0, 0] }]),
    measured(heads[1]!, [{ target: 3, outputs: [0] }]),
  ]
  const metrics = splitMetrics('validation', heads, totals)
  expect(metrics['validation.kind.accuracy']).toBe(1)
  expect(metrics['validation.size.mae']).toBe(2)
  expect(metrics['validation.loss']).toBeCloseTo(Math.log(3) + 0.5 * 4, 10)
  expect(metrics['validation.accuracy']).toBe(1)
})

test('a head of weight 0 only helps: it is measured, but counts neither in loss nor in mean accuracy', () => {
  const kind = describeHead(CLASSES, [0, 1, 2], false)
  const helper = { ...kind, name: 'helper', weight: 0 }
  const right = measured(kind, [{ target: 0, outputs: [5, 0, 0] }])
  const wrong = measured(helper, [{ target: 1, outputs: [5, 0, 0] }])
  const metrics = splitMetrics('validation', [kind, helper], [right, wrong])
  expect(metrics['validation.accuracy']).toBe(1)
  expect(metrics['validation.loss']).toBe(metrics['validation.kind.loss'])
  expect(metrics['validation.helper.accuracy']).toBe(0)
})
