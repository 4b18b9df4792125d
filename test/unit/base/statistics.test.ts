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

  it('what is computed of too few values is refused with their number', () => {
    expect(() => mean([])).toThrow('mean needs at least 1 values, received 0')
    expect(() => sampleSd([3])).toThrow('sampleSd needs at least 2 values, received 1')
    expect(() => quantile([], 0.5)).toThrow(RangeError)
    expect([mean([3]), sampleSd([1, 3]), quantile([3], 0.2)]).toEqual([3, Math.SQRT2, 3])
  })

  it('quantiles lie between the ordered values, by size and not by letters', () => {
    const values = [10, 9, 100, 1]
    expect([0, 0.5, 0.9, 1].map((share) => quantile(values, share))).toEqual([1, 9.5, expect.closeTo(73, 12), 100])
    expect(values).toEqual([10, 9, 100, 1])
  })

  it('gamma(1/4) gamma(3/4) is pi times the root of 2', () => {
    expect(logGamma(0.25) + logGamma(0.75)).toBeCloseTo(Math.log(Math.PI * Math.SQRT2), 13)
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13)
    // Near 0 it is -log x - 0.5772 x.
    expect(logGamma(1e-6)).toBeCloseTo(6 * Math.LN10 - 0.577_215_664_9e-6, 11)
  })

  it('the incomplete beta function of 1 and 1 is the identity, within 0 and 1', () => {
    for (const x of [0, 0.2, 0.5, 0.8, 1]) expect(incompleteBeta(x, 1, 1)).toBeCloseTo(x, 13)
    expect([incompleteBeta(-0.1, 2, 3), incompleteBeta(1.1, 2, 3)]).toEqual([0, 1])
    // Of a whole b it is a polynomial: I_x(2, 2) = 3 x^2 - 2 x^3.
    for (const x of [0.1, 0.5, 0.9]) expect(incompleteBeta(x, 2, 2)).toBeCloseTo(3 * x * x - 2 * x ** 3, 13)
  })

  it('t of one degree of freedom is Cauchy: half of it lies within 1, and its critical values are tangents', () => {
    expect(twoSidedP(1, 1)).toBeCloseTo(0.5, 13)
    expect(twoSidedP(Number.NaN, 3)).toBeNaN()
    expect([twoSidedP(Infinity, 3), twoSidedP(-Infinity, 3), twoSidedP(0, 3)]).toEqual([0, 0, 1])
    for (const confidence of [0.1, 0.5, 0.9, 0.999]) {
      const expected = Math.tan((Math.PI / 2) * confidence)
      expect(tCritical(confidence, 1) / expected).toBeCloseTo(1, 11)
    }
  })

  it('an interval is as wide as its confidence asks', () => {
    // Two degrees of freedom: t = c * sqrt(2 / (1 - c^2)).
    const expected = (0.5 * Math.sqrt(2 / 0.75)) / Math.sqrt(3)
    expect(meanInterval([1, 2, 3], 0.5)).toEqual({ count: 3, mean: 2, sd: 1, half: expect.closeTo(expected, 12) })
    expect(meanInterval([1, 3])).toMatchObject({ count: 2, mean: 2, half: expect.closeTo(12.7062047, 6) })
    expect(pairedT([2, 4, 6], [1, 2, 3], 0.5).half).toBeCloseTo(expected, 12)
  })

  it('pairs must be pairs', () => {
    expect(() => pairedT([1, 2], [1])).toThrow('pairs need equally many values, received 2 and 1')
    expect(() => wilcoxonSignedRank([1], [1, 2])).toThrow(RangeError)
  })

  it('differences that agree but for rounding are equal, whatever their size', () => {
    expect(pairedT([0.1 + 0.2, 0.3], [0.3, 0.3])).toMatchObject({ sd: 0, half: 0, t: 0, p: 1 })
    expect(pairedT([0.1, 0.2], [0.2, 0.3])).toMatchObject({ sd: 0, half: 0, t: -Infinity, p: 0 })
    expect(pairedT([1e6, 1e6 + 2e-7], [0, 0])).toMatchObject({ sd: 0, half: 0, t: Infinity, p: 0 })
    // Small is not equal: 1e-6 and 3e-6 have t = 2.
    expect(pairedT([1e-6, 3e-6], [0, 0]).t).toBeCloseTo(2, 9)
  })

  it('ranks: 1, -2, 3 have 4 against 2, and six of eight patterns are no closer', () => {
    expect(wilcoxonSignedRank([1, 0, 3], [0, 2, 0])).toEqual({ count: 3, positive: 4, negative: 2, p: 0.75 })
    // Ties take their mean rank, pairs without a difference none: three of the eight sums of 1.5, 1.5 and 3 are 1.5 or less.
    expect(wilcoxonSignedRank([1, 0, 5, 5], [0, 1, 3, 5])).toEqual({ count: 3, positive: 4.5, negative: 1.5, p: 0.75 })
    expect(wilcoxonSignedRank([1, 0], [0, 1])).toMatchObject({ positive: 1.5, negative: 1.5, p: 1 })
  })

  it('Holm keeps the order of what it was given, and ends at 1', () => {
    expect(holm([0.9, 0.4, 0.6])).toEqual([1, 1, 1])
    expect(holm([0.25, 0.125])).toEqual([0.25, 0.25])
    expect(holm([0.5])).toEqual([0.5])
    expect(holm([])).toEqual([])
  })

  it('the bootstrap takes the middle of what came out', () => {
    const random = seededRandom(1)
    const counter = () => {
      let calls = 0
      return { statistic: () => calls++, calls: () => calls }
    }
    // 101 draws give 0 .. 100.
    const interval = (more: object) => bootstrapInterval(1, counter().statistic, { random, draws: 101, ...more })
    expect(interval({})).toEqual({ low: expect.closeTo(2.5, 9), high: expect.closeTo(97.5, 9) })
    expect(interval({ confidence: 0.5 })).toEqual({ low: 25, high: 75 })
    const usual = counter()
    bootstrapInterval(1, usual.statistic, { random })
    expect(usual.calls()).toBe(1000)
  })

  it('the bootstrap draws as many places as there are, with replacement', () => {
    const drawn: (readonly number[])[] = []
    bootstrapInterval(4, (places) => drawn.push(places), { random: seededRandom(2), draws: 50 })
    expect(drawn.every((places) => places.length === 4)).toBe(true)
    expect(new Set(drawn.flat())).toEqual(new Set([0, 1, 2, 3]))
    expect(drawn.some((places) => new Set(places).size < 4)).toBe(true)
  })

  it('the bootstrap needs a value of half of its draws', () => {
    const random = seededRandom(1)
    const some = (most: number) => {
      let calls = 0
      return bootstrapInterval(1, () => (calls++ < most ? 7 : null), { random, draws: 10 })
    }
    expect([some(4), some(5)]).toEqual([null, { low: 7, high: 7 }])
  })
})
