import { describe, expect, test } from 'vitest'
import { calibrate } from '../../../../../src-main/learning/labelling/head/calibrate.ts'

/** Rows of three classes whose first is `lead` before the second, the third far behind. */
const rowsOf = (count: number, lead: number) =>
  Float32Array.from({ length: 3 * count }, (_, at) => [lead, 0, -5000][at % 3]!)

describe('calibration', () => {
  test('twenty right answers in twenty: as sure as Laplace’s rule of succession allows', () => {
    // 20 items and the one that is thought to have been wrong: p = 20 / 21, whatever the scores were.
    for (const lead of [2, 30]) {
      const { accuracy, reliability } = calibrate({ logits: rowsOf(20, lead), classes: 3, labels: Array.from({ length: 20 }, () => 0) }) // prettier-ignore
      expect(accuracy).toBe(1)
      const p = 1 / (1 + Math.exp(-lead / reliability.temperature))
      expect(p).toBeCloseTo(20 / 21, 3)
      expect(reliability.heldOut).toBe(20)
    }
  })

  test('bins are those after the temperature, errors of the same labels before and after it', () => {
    // A quarter is wrong, and all are said with p = 0.95.
    const labels = Array.from({ length: 100 }, (_, i) => (i % 4 === 0 ? 1 : 0))
    const { accuracy, reliability } = calibrate({ logits: rowsOf(100, Math.log(19)), classes: 3, labels })
    expect(accuracy).toBe(0.75)
    // 75 of 101 right, with the one more.
    const p = 75 / 101
    expect(reliability.errorBefore).toBeCloseTo(0.2, 6)
    expect(reliability.errorAfter).toBeCloseTo(0.75 - p, 3)
    expect(reliability.bins.map(({ count }) => count)).toEqual([0, 0, 0, 0, 0, 0, 0, 100, 0, 0])
    expect(reliability.bins[7]!.confidence).toBeCloseTo(p, 3)
  })
})
