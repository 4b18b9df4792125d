import { describe, expect, test } from 'vitest'
import { describeHead, type HeadInfo } from '../../../../src-main/learning/network/head-info.ts'
import { addSample, emptyTotals, headMetrics, readTotals } from '../../../../src-main/learning/metrics/head-metrics.ts'
import { splitMetrics } from '../../../../src-main/learning/metrics/split-metrics.ts'

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

  // Right values from exact rational arithmetic on the same doubles (Python's fractions.Fraction).
  test('targets of a billion and a spread of one keep their r2 and errors', () => {
    const targets = Array.from({ length: 1000 }, (_, i) => 1e9 + ((i * 7919) % 1000) / 500 - 1)
    const head = describeHead(NUMBER, targets, false)
    expect(head.mean).toBe(999_999_999.999)
    expect(head.std).toBeCloseTo(0.5773499804846873, 14)
    const samples = targets.map((target, i) => {
      const answer = target + ((i * 104_729) % 1000) / 2500 - 0.2
      return { target, outputs: [(answer - head.mean) / head.std] }
    })
    const metrics = headMetrics(measured(head, samples), head)
    expect(metrics['r2']).toBeCloseTo(0.9599998800318561, 9)
    expect(metrics['rmse']).toBeCloseTo(0.11547016925582157, 9)
    expect(metrics['mae']).toBeCloseTo(0.09999999988079071, 9)
  })

  test('a split far from the training mean keeps its r2, too', () => {
    const head = describeHead(NUMBER, [0, 1, 2], false)
    const answers = [1e9, 1e9 + 1, 1e9 + 2].map((target) => ({ target, outputs: [(target - 0.5 - 1) / head.std] }))
    expect(headMetrics(measured(head, answers), head)['r2']).toBeCloseTo(1 - 0.75 / 2, 6)
  })

  test('equal targets that binary numbers only come near have no spread', () => {
    const head = describeHead(NUMBER, new Array<number>(10).fill(0.1), false)
    expect(head).toMatchObject({ mean: 0.1, std: 1 })
  })

  test('totals of a checkpoint from before keep their meaning', () => {
    const old = { count: 3, loss: 1, lossWeight: 3, confusion: [], absolute: 1, squared: 0.5, sum: 6, sumSquares: 14 }
    const head = describeHead(NUMBER, [1, 2, 3], false)
    expect(headMetrics(readTotals(old), head)['r2']).toBeCloseTo(1 - 0.5 / 2, 12)
    const today = measured(head, [{ target: 1, outputs: [0] }])
    expect(readTotals(today)).toEqual(today)
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
