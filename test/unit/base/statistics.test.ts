import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src-main/base/seeded-random.ts'
import { bootstrapInterval } from '../../../src-main/base/statistics/bootstrap.ts'
import { mean, quantile, sampleSd } from '../../../src-main/base/statistics/describe.ts'
import { holm, pairedT, wilcoxonSignedRank } from '../../../src-main/base/statistics/paired.ts'
import {
  incompleteBeta,
  logGamma,
  meanInterval,
  tCritical,
  twoSidedP,
} from '../../../src-main/base/statistics/student-t.ts'

interface Reference {
  critical: { confidence: number; df: number; t: number }[]
  twoSided: { t: number; df: number; p: number }[]
  beta: { x: number; a: number; b: number; value: number }[]
  logGamma: { x: number; value: number }[]
  pairs: Record<string, Pair>
  holm: { p: number[]; adjusted: number[] }
  quantiles: { values: number[]; share: number; value: number }[]
}
interface Pair {
  a: number[]
  b: number[]
  mean: number
  sd: number
  t: number
  p: number
  low: number
  high: number
  wilcoxon: { count: number; positive: number; p: number }
}

const path = fileURLToPath(new URL('../../fixtures/reference/statistics.json', import.meta.url))
const reference = JSON.parse(readFileSync(path, 'utf8')) as Reference
const close = (received: number, expected: number, tolerance = 1e-10): void =>
  expect(
    Math.abs(received - expected) / Math.max(1e-12, Math.abs(expected)),
    `${received} for ${expected}`,
  ).toBeLessThan(tolerance)

describe('against SciPy', () => {
  it.each(reference.logGamma)('log gamma of $x', ({ x, value }) => {
    expect(Math.abs(logGamma(x) - value)).toBeLessThan(1e-12 * Math.max(1, Math.abs(value)))
  })

  it.each(reference.beta)('incomplete beta at $x ($a, $b)', ({ x, a, b, value }) => {
    close(incompleteBeta(x, a, b), value)
  })

  it.each(reference.twoSided)('P(|T| >= $t), $df degrees of freedom', ({ t, df, p }) => close(twoSidedP(t, df), p))

  it.each(reference.critical)('t for $confidence, $df degrees of freedom', ({ confidence, df, t }) => {
    close(tCritical(confidence, df), t, 1e-9)
  })

  it.each(reference.quantiles)('quantile $share', ({ values, share, value }) => {
    expect(quantile(values, share)).toBeCloseTo(value, 12)
  })

  it.each(Object.entries(reference.pairs))('paired tests: %s', (_, pair) => {
    const test = pairedT(pair.a, pair.b)
    close(test.mean, pair.mean)
    close(test.sd ?? NaN, pair.sd)
    close(test.t ?? NaN, pair.t)
    close(test.p ?? NaN, pair.p)
    close(test.mean - (test.half ?? NaN), pair.low, 1e-8)
    close(test.mean + (test.half ?? NaN), pair.high, 1e-8)
    // The fixture's differences are rounded, as Graft's are not: ties need numbers without rounding errors.
    const whole = (values: number[]): number[] => values.map((value) => Math.round(value * 1000))
    const rank = wilcoxonSignedRank(whole(pair.a), whole(pair.b))
    expect([rank.count, rank.positive]).toEqual([pair.wilcoxon.count, pair.wilcoxon.positive])
    close(rank.p, pair.wilcoxon.p)
  })

  it('Holm', () => {
    holm(reference.holm.p).forEach((p, i) => expect(p).toBeCloseTo(reference.holm.adjusted[i] ?? NaN, 12))
  })
})

describe('by hand', () => {
  it('mean and spread of 2, 4, 4, 4, 5, 5, 7, 9', () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9]
    expect(mean(values)).toBe(5)
    expect(sampleSd(values)).toBeCloseTo(Math.sqrt(32 / 7), 12)
  })

  it('the interval of 1, 2, 3 is 2 +- 4.303 / sqrt(3)', () => {
    expect(meanInterval([1, 2, 3]).half).toBeCloseTo(4.3026527 / Math.sqrt(3), 6)
  })

  it('one value has no interval, and one pair no test', () => {
    expect(meanInterval([0.9])).toEqual({ count: 1, mean: 0.9, sd: null, half: null })
    expect(pairedT([0.9], [0.8]).p).toBeNull()
  })

  it('pairs that all differ by the same are no chance, equal ones nothing else', () => {
    expect(pairedT([0.9, 0.8, 0.7], [0.8, 0.7, 0.6])).toMatchObject({ t: Infinity, p: 0, half: 0 })
    expect(pairedT([0.9, 0.8], [0.9, 0.8])).toMatchObject({ t: 0, p: 1, half: 0 })
  })

  it('five pairs of one sign reach p = 1/16 by ranks, and no pair at all 1', () => {
    expect(wilcoxonSignedRank([2, 3, 4, 5, 6], [1, 1, 1, 1, 1]).p).toBe(1 / 16)
    expect(wilcoxonSignedRank([1, 2], [1, 2])).toEqual({ count: 0, positive: 0, negative: 0, p: 1 })
  })

  it('Holm: .01 .04 .03 become .03 .06 .06', () => {
    expect(holm([0.01, 0.04, 0.03]).map((p) => Number(p.toFixed(12)))).toEqual([0.03, 0.06, 0.06])
  })

  it('the bootstrap of a mean comes near its normal interval, and is the same for the same seed', () => {
    const random = seededRandom(3)
    const values = Array.from({ length: 200 }, () => random())
    const draw = () =>
      bootstrapInterval(values.length, (places) => mean(places.map((i) => values[i] as number)), {
        random: seededRandom(7),
        draws: 2000,
      })
    const interval = draw()
    const half = (1.96 * sampleSd(values)) / Math.sqrt(values.length)
    expect(Math.abs((interval?.low ?? NaN) - (mean(values) - half))).toBeLessThan(0.006)
    expect(Math.abs((interval?.high ?? NaN) - (mean(values) + half))).toBeLessThan(0.006)
    expect(draw()).toEqual(interval)
    expect(bootstrapInterval(3, () => null, { random: seededRandom(1) })).toBeNull()
  })
})
