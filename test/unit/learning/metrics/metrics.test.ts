import { describe, expect, test } from 'vitest'
import { describeHead, type HeadInfo } from '../../../../src-main/learning/network/head-info.ts'
import { addSample, headMetrics } from '../../../../src-main/learning/metrics/head-metrics.ts'
import { emptyTotals, readTotals } from '../../../../src-main/learning/metrics/head-totals.ts'
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

  test('a sample’s prediction, how sure it is, and its loss without class weights', () => {
    const weighted = { ...head, classWeights: [1, 5, 1] }
    // softmax(ln 2, 0, ln 3) = (2, 1, 3) / 6.
    const answer = addSample(emptyTotals(weighted), weighted, 1, [Math.log(2), 0, Math.log(3)])
    expect(answer.predicted).toBe(2)
    expect(answer.confidence).toBeCloseTo(0.5, 12)
    expect(answer.loss).toBeCloseTo(Math.log(6), 12)
    expect(addSample(emptyTotals(head), head, 0, [1, 1, 0]).predicted).toBe(0)
  })

  test('macro F1 by hand: a class that is only predicted counts with 0', () => {
    const totals = measured(head, [
      { target: 0, outputs: [5, 0, 0] },
      { target: 0, outputs: [5, 0, 0] },
      { target: 1, outputs: [0, 5, 0] },
      { target: 1, outputs: [0, 0, 5] },
    ])
    // a: 2 * 2 / (2 + 2). b: 2 * 1 / (2 + 1). c: 0 / (0 + 1).
    expect(headMetrics(totals, head)['macroF1']).toBeCloseTo((1 + 2 / 3 + 0) / 3, 12)
    expect(headMetrics(totals, head)['accuracy']).toBe(0.75)
  })

  test('samples of weight 0 alone have accuracy and no loss', () => {
    const balanced = describeHead(CLASSES, [0, 1], true)
    const totals = measured(balanced, [{ target: 2, outputs: [0, 0, 5] }])
    expect(headMetrics(totals, balanced)).toEqual({ loss: 0, accuracy: 1, macroF1: 1 })
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

  test('a sample’s prediction in the target’s unit, and its loss in standard deviations', () => {
    const head = describeHead(NUMBER, [10, 30], false)
    expect(addSample(emptyTotals(head), head, 25, [1])).toEqual({ predicted: 30, confidence: null, loss: 0.25 })
  })

  test('a missing target does not count, but is predicted', () => {
    const head = describeHead(NUMBER, [10, 30], false)
    const totals = emptyTotals(head)
    expect(addSample(totals, head, NaN, [-2])).toEqual({ predicted: 0, confidence: null, loss: 0 })
    expect(totals).toEqual(emptyTotals(head))
    expect(headMetrics(totals, head)).toEqual({})
  })

  test('plain sums of a checkpoint: rounding leaves no negative spread, no samples no mean', () => {
    const old = { count: 3, loss: 0, lossWeight: 3, confusion: [], absolute: 0, squared: 0 }
    expect(readTotals({ ...old, sum: 6, sumSquares: 11.999 })).toEqual({ ...old, mean: 2, spread: 0 })
    expect(readTotals({ ...old, count: 0, sum: 0, sumSquares: 0 })).toEqual({ ...old, count: 0, mean: 0, spread: 0 })
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

test('one head: its metrics under the split’s name', () => {
  const head = describeHead(NUMBER, [0, 2], false)
  const metrics = splitMetrics('train', [head], [measured(head, [{ target: 3, outputs: [0] }])])
  expect(metrics).toEqual({ 'train.loss': 4, 'train.mae': 2, 'train.rmse': 2 })
})

test('several heads: accuracy is the mean over those that classify; one without labels has no metrics', () => {
  const kind = describeHead(CLASSES, [0, 1, 2], false)
  const heads = [kind, { ...kind, name: 'other', weight: 2 }, describeHead(NUMBER, [0, 2], false)]
  const right = measured(kind, [{ target: 0, outputs: [0, -1000, -1000] }])
  const wrong = measured(kind, [{ target: 1, outputs: [1, 0, -1000] }])
  const none = emptyTotals(heads[2]!)
  const metrics = splitMetrics('test', heads, [right, wrong, none])
  expect(metrics['test.accuracy']).toBe(0.5)
  expect(metrics['test.loss']).toBeCloseTo(2 * Math.log(1 + Math.E), 12)
  expect(Object.keys(metrics).toSorted()).toEqual(
    ['accuracy', 'kind.accuracy', 'kind.loss', 'kind.macroF1', 'loss', 'other.accuracy', 'other.loss', 'other.macroF1'].map((name) => `test.${name}`), // prettier-ignore
  )
})

test('several heads without a label: no metrics, and none over all of them', () => {
  const heads = [describeHead(CLASSES, [0], false), describeHead(NUMBER, [0, 2], false)]
  expect(splitMetrics('test', heads, heads.map(emptyTotals))).toEqual({})
})

test('heads of numbers alone have a loss over all of them, and no accuracy', () => {
  const head = describeHead(NUMBER, [0, 2], false)
  const totals = measured(head, [{ target: 3, outputs: [0] }])
  const metrics = splitMetrics('test', [head, { ...head, name: 'weight', weight: 1 }], [totals, totals])
  expect(metrics['test.loss']).toBe(0.5 * 4 + 4)
  expect(metrics).not.toHaveProperty(['test.accuracy'])
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
