import { describe, expect, test } from 'vitest'
import {
  classHistogram,
  rampedWeight,
  selectGuesses,
  selectionDoubts,
} from '../../../../../../src-main/learning/strategies/common/pseudo-labels/select-pseudo-labels.ts'
import { guesses } from '../../../../../../src-main/learning/metrics/guesses.ts'

/** Logits whose softmax is the given probability of the class, the rest spread evenly. */
const logitsOf = (rows: readonly (readonly [label: number, p: number])[], classes: number) =>
  Float32Array.from(
    rows.flatMap(([label, p]) =>
      Array.from({ length: classes }, (_, c) => Math.log(c === label ? p : (1 - p) / (classes - 1))),
    ),
  )

const ALL = guesses(
  logitsOf(
    [
      [0, 0.99],
      [0, 0.96],
      [0, 0.97],
      [1, 0.8],
      [1, 0.6],
      [2, 0.5],
    ],
    3,
  ),
  3,
)

describe('selection', () => {
  test('takes what is more probable than tau, and no row at tau', () => {
    expect(selectGuesses(ALL, { kind: 'threshold', tau: 0.955 })).toEqual([0, 1, 2])
    expect(selectGuesses([{ label: 0, confidence: 0.95 }], { kind: 'threshold', tau: 0.95 })).toEqual([])
  })

  test('takes the k most confident of each predicted class', () => {
    expect(selectGuesses(ALL, { kind: 'top-k', perClass: 2 })).toEqual([0, 2, 3, 4, 5])
    expect(selectGuesses(ALL, { kind: 'top-k', perClass: 1 })).toEqual([0, 3, 5])
  })

  test('takes all when asked to', () => {
    expect(selectGuesses(ALL, { kind: 'all' })).toEqual([0, 1, 2, 3, 4, 5])
  })

  test('a temperature changes confidences, not labels', () => {
    const logits = Float32Array.from([2, 0, 0, 0, 3, 0])
    const [cold, hot] = [guesses(logits, 3), guesses(logits, 3, 4)]
    expect(hot.map(({ label }) => label)).toEqual(cold.map(({ label }) => label))
    expect(cold[0]!.confidence).toBeCloseTo(Math.E ** 2 / (Math.E ** 2 + 2), 6)
    expect(hot[0]!.confidence).toBeCloseTo(Math.E ** 0.5 / (Math.E ** 0.5 + 2), 6)
  })
})

describe('doubts', () => {
  const rule = { kind: 'threshold', tau: 0.95 } as const

  test('nothing and nearly everything are told', () => {
    expect(selectionDoubts([0, 0], { offered: 100, labelled: [5, 5], rule }).selects).toBe('nothing')
    expect(selectionDoubts([50, 50], { offered: 100, labelled: [5, 5], rule }).selects).toBe('everything')
    expect(selectionDoubts([50, 49], { offered: 100, labelled: [5, 5], rule }).selects).toBeNull()
    expect(selectionDoubts([50, 50], { offered: 100, labelled: [5, 5], rule: { kind: 'all' } }).selects).toBeNull()
  })

  test('a class that got none, and one that crowds the others out', () => {
    const { absent, crowding } = selectionDoubts([90, 10, 0], { offered: 200, labelled: [10, 10, 10], rule })
    expect(absent).toEqual([2])
    expect(crowding).toEqual({ label: 0, share: 0.9, labelledShare: 1 / 3 })
    expect(selectionDoubts([40, 30, 30], { offered: 200, labelled: [10, 10, 10], rule }).crowding).toBeNull()
  })

  test('the histogram counts labels', () => {
    expect(classHistogram([0, 2, 2], 4)).toEqual([1, 0, 2, 0])
  })
})

test('the ramp is 0, then linear, then final', () => {
  const ramp = { final: 3, from: 0.25, to: 0.75 }
  expect([0, 0.125, 0.25, 0.5, 0.75, 1].map((t) => rampedWeight(t, ramp))).toEqual([0, 0, 0, 1.5, 3, 3])
  expect([0, 0.5, 1].map((t) => rampedWeight(t, { final: 1, from: 0, to: 0 }))).toEqual([1, 1, 1])
})
