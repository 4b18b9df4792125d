import { describe, expect, test } from 'vitest'
import {
  expectedCalibrationError,
  fitTemperature,
  negativeLogLikelihood,
  reliabilityBins,
} from '../../../../src-main/learning/metrics/temperature.ts'

/** Logits whose softmax is the given probability of the class, the rest spread evenly. */
const logitsOf = (rows: readonly (readonly [label: number, p: number])[], classes: number) =>
  Float32Array.from(
    rows.flatMap(([label, p]) =>
      Array.from({ length: classes }, (_, c) => Math.log(c === label ? p : (1 - p) / (classes - 1))),
    ),
  )

describe('calibration', () => {
  test('its error by hand: two bins, one too sure, one too timid', () => {
    // Confidence .9 twice with one hit, and .5001 twice with two hits: |1 - 1.8| + |2 - 1.0002| over 4.
    const logits = logitsOf(
      [
        [0, 0.9],
        [0, 0.9],
        [0, 0.5001],
        [0, 0.5001],
      ],
      2,
    )
    const error = expectedCalibrationError({ logits, classes: 2, labels: [0, 1, 0, 0] })
    expect(error).toBeCloseTo((0.8 + 0.9998) / 4, 5)
  })

  test('logits that were made too sharp by 3 are given back a temperature of 3, and a lower error', () => {
    // p = .75 with three hits in four is calibrated; three times its logits is not.
    const rows = Array.from({ length: 40 }, () => [0, 0.75] as const)
    const logits = logitsOf(rows, 2).map((z) => 3 * z)
    const labels = rows.map((_, i) => (i % 4 === 0 ? 1 : 0))
    const temperature = fitTemperature({ logits, classes: 2, labels })
    expect(temperature).toBeCloseTo(3, 3)
    expect(expectedCalibrationError({ logits, classes: 2, labels })).toBeGreaterThan(0.2)
    expect(expectedCalibrationError({ logits, classes: 2, labels }, temperature)).toBeLessThan(1e-3)
  })

  test('without labelled rows the temperature is 1', () => {
    expect(fitTemperature({ logits: new Float32Array(0), classes: 2, labels: [] })).toBe(1)
  })

  test('rows lie in bins by their confidence, empty bins are told too', () => {
    const logits = logitsOf(
      [
        [0, 0.9],
        [1, 0.85],
        [1, 0.55],
      ],
      2,
    )
    const bins = reliabilityBins({ logits, classes: 2, labels: [0, 0, 1] }, 1, 5)
    expect(bins.map(({ count }) => count)).toEqual([0, 0, 1, 0, 2])
    expect(bins[4]!.accuracy).toBe(0.5)
    expect(bins[4]!.confidence).toBeCloseTo(0.875, 6)
    expect(bins[2]).toEqual({ accuracy: 1, confidence: expect.closeTo(0.55, 6) as number, count: 1 })
    expect(bins[3]).toEqual({ accuracy: 0, confidence: 0, count: 0 })
  })

  test('a row of weight 2 counts as two rows do', () => {
    const logits = logitsOf([[0, 0.9], [1, 0.6], [0, 0.7]], 2) // prettier-ignore
    const twice = Float32Array.from([...logits, ...logits.slice(2, 4)])
    const weighted = { logits, classes: 2, labels: [0, 0, 0], weights: [1, 2, 1] }
    const repeated = { logits: twice, classes: 2, labels: [0, 0, 0, 0] }
    expect(negativeLogLikelihood(weighted, 1.7)).toBeCloseTo(negativeLogLikelihood(repeated, 1.7), 6)
    expect(fitTemperature(weighted)).toBeCloseTo(fitTemperature(repeated), 4)
  })
})
