import { expect, test } from 'vitest'
import type { PrecisionReport } from '../../../../src-main/contract/precision.ts'
import { precisionRule } from '../../../../src-main/learning/analyses/advisor/precision-rule.ts'
import { TOY_PRECISIONS } from '../../../support/toy-precisions.ts'

const report: PrecisionReport = {
  ...TOY_PRECISIONS,
  measuredAt: '2026-11-30T12:00:00.000Z',
  dataset: 'toy',
  datasetVersion: 3,
  base: 'EfficientNet-Lite0',
}
const [float32, bfloat16, int8] = report.options as [PrecisionReport['options'][number], ...PrecisionReport['options']]
const agreeing = { ...int8!, agreement: bfloat16!.agreement }

test('the fastest format that the measured agreement allows, in the measured words', () => {
  expect(precisionRule({ ...report, options: [float32, bfloat16!, agreeing] }, 'float32', 3)).toEqual({
    words:
      'As long as the layers up to pool stay frozen, int8 computes their features 3.9 times as fast as float32 (700 against 180 items a second), and int8 gives the same class as float32 for 99.5 % of 200 validation items; accuracy 90.0 % against 90.0 % in float32.',
    title: 'Compute features in int8',
    patch: { prefixPrecision: 'int8' },
  })
  // int8 is the fastest, and costs a point and a half.
  const rule = precisionRule(report, 'float32', 4)
  expect(rule?.patch).toEqual({ prefixPrecision: 'bfloat16' })
  expect(rule?.words).toMatch(/, as measured on version 3 of the dataset\.$/)
})

test('says nothing without a measurement, a gain, or agreement', () => {
  expect(precisionRule(null, 'float32', 3)).toBeNull()
  expect(precisionRule(report, 'bfloat16', 3)).toBeNull()
  expect(
    precisionRule({ ...report, options: [float32, { ...agreeing, itemsPerSecond: 190 }] }, 'float32', 3),
  ).toBeNull()
  expect(precisionRule({ ...report, options: [float32, int8!] }, 'float32', 3)).toBeNull()
  const refused = { precision: 'int8', refusal: 'No.', itemsPerSecond: null, agreement: null } as const
  expect(precisionRule({ ...report, options: [float32, refused] }, 'float32', 3)).toBeNull()
})
