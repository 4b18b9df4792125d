import { describe, expect, test } from 'vitest'
import {
  accuracyOf,
  agreementOf,
  disagreement,
  meanConfidence,
} from '../../../../src-main/learning/metrics/compare-answers.ts'

// Three rows of three classes; the classes named are 2, 0 and 1.
const ANSWERS = Float32Array.of(0.125, 0.25, 0.625, 0.5, 0.25, 0.25, 0, 1, 0)

describe('accuracy', () => {
  test('the share of labelled rows whose largest output is the label', () => {
    expect(accuracyOf(ANSWERS, [2, 0, 1], 3)).toBe(1)
    expect(accuracyOf(ANSWERS, [2, 1, 0], 3)).toBe(1 / 3)
    expect(accuracyOf(ANSWERS, [0, 1, 2], 3)).toBe(0)
  })

  test('rows without a label do not count; none labelled has no accuracy', () => {
    expect(accuracyOf(ANSWERS, [NaN, 0, 2], 3)).toBe(0.5)
    expect(accuracyOf(ANSWERS, [NaN, NaN, NaN], 3)).toBeNull()
    expect(accuracyOf(new Float32Array(), [], 3)).toBeNull()
  })
})

describe('agreement', () => {
  test('the share of rows on which both name the same class, whatever their probabilities', () => {
    const other = Float32Array.of(0, 0.25, 0.75, 0.25, 0.5, 0.25, 0.25, 0.5, 0.25)
    expect(agreementOf(ANSWERS, other, 3)).toBe(2 / 3)
    expect(agreementOf(ANSWERS, ANSWERS, 3)).toBe(1)
  })

  test('no rows have none', () => {
    expect(agreementOf(new Float32Array(), new Float32Array(), 3)).toBeNull()
  })
})

test('the disagreement of a row is half the sum of absolute differences: 0 for equal, 1 for two certain answers', () => {
  const p = Float32Array.of(1, 0, 0.5, 0.5, 0.75, 0.25)
  const q = Float32Array.of(0, 1, 0.5, 0.5, 0.25, 0.75)
  expect([...disagreement(p, q, 2)]).toEqual([1, 0, 0.5])
})

test('mean confidence: the largest probability of each row', () => {
  expect(meanConfidence(ANSWERS, 3)).toBeCloseTo((0.625 + 0.5 + 1) / 3, 12)
  expect(meanConfidence(new Float32Array(), 3)).toBe(0)
})
