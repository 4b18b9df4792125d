import { expect, test } from 'vitest'
import { agreementWords, agreesEnough, fallsTooFar, fallWords } from '../../../src-main/base/precision-verdict.ts'
import type { FeatureAgreement } from '../../../src-main/contract/precision.ts'

const measured = (more: Partial<FeatureAgreement> = {}): FeatureAgreement => ({
  items: 1000,
  cosine: { mean: 0.99871, smallest: 0.9 },
  top1: 0.985,
  accuracy: { float32: 0.9, here: 0.895 },
  ...more,
})

test('half a point is within the bound to the last item, one item more is not', () => {
  // 0.9 - 0.895 is 0.0050000000000000044 in double precision.
  expect(fallsTooFar(measured())).toBe(false)
  expect(fallsTooFar(measured({ accuracy: { float32: 0.9, here: 0.894 } }))).toBe(true)
  expect(fallsTooFar(measured({ accuracy: { float32: 0.9, here: 0.894 } }), 0.01)).toBe(false)
  expect(fallsTooFar(measured({ accuracy: { float32: 0.8, here: 0.9 } }))).toBe(false)
  expect([fallsTooFar(null), fallsTooFar(measured({ accuracy: null }))]).toEqual([false, false])
})

test('98 % of the answers must be the same, and be measured', () => {
  expect(agreesEnough(measured())).toBe(true)
  expect(agreesEnough(measured({ top1: 0.98 }))).toBe(true)
  expect(agreesEnough(measured({ top1: 0.979 }))).toBe(false)
  expect(agreesEnough(measured({ accuracy: { float32: 0.9, here: 0.89 } }))).toBe(false)
  expect(agreesEnough(measured({ accuracy: null }))).toBe(true)
  expect([agreesEnough(null), agreesEnough(measured({ top1: null }))]).toEqual([false, false])
})

test('says what was measured, on what', () => {
  expect(agreementWords('int8', measured())).toBe(
    'int8 gives the same class as float32 for 98.5 % of 1,000 validation items; accuracy 89.5 % against 90.0 % in float32',
  )
  expect(agreementWords('int8', measured({ accuracy: null, split: 'train', items: 1 }))).toBe(
    'int8 gives the same class as float32 for 98.5 % of 1 training item',
  )
  expect(agreementWords('bfloat16', measured({ top1: null, accuracy: null }))).toBe(
    'bfloat16: features of 1,000 validation items have a mean cosine of 0.9987 with float32’s',
  )
  expect(fallWords('int8', measured({ accuracy: { float32: 0.9, here: 0.88 } }))).toMatch(
    /accuracy 88\.0 % against 90\.0 % in float32: it falls by more than 0\.5 points\.$/,
  )
})
