import { describe, expect, test } from 'vitest'
import { distanceExhibit, gapClosed, resultsExhibit } from '../../../../src-main/learning/domain-gap/domain-exhibits.ts'
import type { DomainDistance } from '../../../../src-main/learning/domain-gap/measure-gap.ts'
import { lambdaAt } from '../../../../src-main/learning/strategies/dann/adaptation-factor.ts'
import {
  effectiveClasses,
  isCollapsed,
  summarisePredictions,
  totalVariation,
} from '../../../../src-main/learning/domain-gap/domain-predictions.ts'
import { principalPlane } from '../../../../src-main/learning/domain-gap/principal-plane.ts'
import { statisticsGap } from '../../../../src-main/learning/domain-gap/prediction-audit.ts'
import {
  discriminatorWords,
  distanceWords,
  histogramWords,
} from '../../../../src-main/learning/domain-gap/domain-words.ts'

test('lambda rises from 0 to nearly 1', () => {
  expect(lambdaAt(0)).toBe(0)
  // 2 / (1 + e^-1) - 1 = tanh(1/2), and tanh(5) at the end.
  expect(lambdaAt(0.1)).toBeCloseTo(Math.tanh(0.5), 12)
  expect(lambdaAt(1)).toBeCloseTo(Math.tanh(5), 12)
})

describe('predictions without labels', () => {
  test('histogram, entropy and the criterion by hand', () => {
    // Softmax of (ln 3, 0) is (3/4, 1/4), of (0, 0) it is (1/2, 1/2).
    const summary = summarisePredictions(Float32Array.from([Math.log(3), 0, 0, Math.log(3), 0, Math.log(3)]), 2)
    const h = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25))
    const mean = 5 / 12
    const spread = -(mean * Math.log(mean) + (1 - mean) * Math.log(1 - mean))
    expect(summary.histogram).toEqual([1, 2])
    expect(summary.entropy).toBeCloseTo(h, 6)
    expect(summary.informationMaximisation).toBeCloseTo(spread - h, 6)
    expect(summary.effectiveClasses).toBeCloseTo(3 / 2 ** (2 / 3), 6)
  })

  test('the criterion is ln C for certain answers over all classes, 0 for one class', () => {
    const certain = (classes: number[]) =>
      Float32Array.from(classes.flatMap((c) => [0, 1, 2].map((k) => (k === c ? 50 : 0))))
    expect(summarisePredictions(certain([0, 1, 2]), 3).informationMaximisation).toBeCloseTo(Math.log(3), 6)
    expect(summarisePredictions(certain([1, 1, 1]), 3).informationMaximisation).toBeCloseTo(0, 6)
  })

  test('collapse: one class, or nearly so, where many are due', () => {
    const even = new Array<number>(10).fill(100)
    expect(effectiveClasses(even)).toBeCloseTo(10, 9)
    expect(isCollapsed(effectiveClasses([1000, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 10)).toBe(true)
    expect(isCollapsed(effectiveClasses([900, 50, 50, 0, 0, 0, 0, 0, 0, 0]), 10)).toBe(true)
    expect(isCollapsed(effectiveClasses([300, 300, 200, 200, 0, 0, 0, 0, 0, 0]), 10)).toBe(false)
    expect(isCollapsed(effectiveClasses([70, 30]), 2)).toBe(false)
    expect(isCollapsed(effectiveClasses([99, 1]), 2)).toBe(true)
  })

  test('total variation is the share that has to move', () => {
    expect(totalVariation([50, 50], [1, 3])).toBeCloseTo(0.25, 12)
    expect(totalVariation([2, 4], [1, 2])).toBe(0)
  })
})

test('the principal plane finds the two directions of largest variance', () => {
  // Spread 3 along (1, 1, 0) / sqrt 2, spread 1 along (0, 0, 1), none across.
  const points = [-3, -1, 1, 3].flatMap((a, i) => [a, a, i % 3 === 0 ? 1 : -1])
  const { places, shares } = principalPlane({ values: Float32Array.from(points), length: 3 })
  expect([0, 2, 4, 6].map((i) => Math.abs(places[i]!))).toEqual(
    [0, 1, 2, 3].map((i) => expect.closeTo(Math.abs([-3, -1, 1, 3][i]!) * Math.SQRT2, 4)),
  )
  expect(shares[0] + shares[1]).toBeCloseTo(1, 6)
  expect(shares[0]).toBeGreaterThan(shares[1])
})

describe('value ranges', () => {
  const of = (min: number, max: number, mean: number, std: number) => ({
    images: 9,
    min: [min],
    max: [max],
    mean: [mean],
    std: [std],
  })
  test('16 levels against 256 are another scale', () => {
    const gap = statisticsGap(of(0, 255, 33, 78), of(0, 16, 5, 6))
    expect(gap.isScale).toBe(true)
    expect(gap.phrases[0]).toBe('values from 0 to 255 against 0 to 16')
  })
  test('another background is a gap of means, not of scale', () => {
    const gap = statisticsGap(of(0, 255, 33, 78), of(0, 255, 120, 62))
    expect(gap).toEqual({ isScale: false, isInverted: false, phrases: ['mean 33 against 120'] })
  })
  test('mirrored means of the same spread are an inversion, either way', () => {
    expect(statisticsGap(of(0, 255, 33, 78), of(0, 255, 222, 78)).isInverted).toBe(true)
    expect(statisticsGap(of(0, 255, 222, 78), of(0, 255, 33, 78)).isInverted).toBe(true)
    expect(statisticsGap(of(0, 255, 33, 78), of(0, 255, 222, 40)).isInverted).toBe(false)
    expect(statisticsGap(of(0, 255, 120, 78), of(0, 255, 135, 78)).isInverted).toBe(false)
  })
  test('alike is alike', () => {
    expect(statisticsGap(of(0, 255, 33, 78), of(0, 250, 40, 70)).phrases).toEqual([])
  })
})

describe('words', () => {
  test('name the distance', () => {
    expect([0, 0.5, 1.2, 1.7, 2].map(distanceWords)).toEqual([
      'hardly different',
      'somewhat different',
      'clearly different',
      'very different',
      'told apart almost without a mistake',
    ])
  })
  test('tell a confused discriminator from a dead one', () => {
    const told = (loss: number, accuracy: number, probeAccuracy: number | null, isCollapsed = false) =>
      discriminatorWords({ loss, accuracy, probeAccuracy, isCollapsed })
    expect(told(0.69, 0.52, 0.55)).toContain('it is confused, which is the aim')
    expect(told(0.69, 0.52, 0.55, true)).not.toContain('aim')
    expect(told(0.69, 0.52, 0.55, true)).toContain('collapsed')
    expect(told(0.693, 0.5, 0.97)).toContain('dead')
    expect(told(0.75, 0.5, 0.97)).toContain('too weak')
    expect(told(0.01, 0.99, null)).toContain('not aligned')
    expect(told(0.5, 0.75, 0.8)).toContain('partly aligned')
    expect(told(1.1, 0.5, null)).toContain('being fooled')
  })
  test('warn of collapsed predictions', () => {
    const summary = (histogram: number[]) => ({
      histogram,
      effectiveClasses: effectiveClasses(histogram),
      entropy: 0,
      informationMaximisation: 0,
    })
    expect(histogramWords([5, 5, 5], summary([30, 0, 0]), null).level).toBe('warn')
    expect(histogramWords([5, 5, 5], summary([10, 12, 8]), summary([20, 5, 5]))).toMatchObject({ level: 'info' })
  })
})

describe('distance of the domains', () => {
  const at = (distance: number) => {
    const proxy = { distance, raw: distance, error: 0.25, standardError: 0.01, perDomain: 100 }
    return { proxy, mmd: { squared: 0.1 } } as unknown as DomainDistance
  }
  const shown = (isCollapsed: boolean) =>
    distanceExhibit({ layer: 'flatten', beforeName: 'source-only', before: at(1.9), after: at(0.1), isCollapsed })

  test('that fell is good, unless the predictions collapsed', () => {
    expect(shown(false)).toMatchObject({ level: 'good' })
    expect(shown(true)).toMatchObject({ level: 'warn' })
    expect(shown(true).words).toContain('collapsed')
  })
})

describe('was it worth it', () => {
  const row = (name: string, target: number | null) => ({ name, source: 0.9, target })
  const results = {
    method: 'DANN',
    sourceOnly: row('source-only', 0.5),
    adapted: row('DANN', 0.7),
    oracle: row('oracle', 0.9),
  }
  const shown = (more: object) =>
    resultsExhibit({ ...results, split: 'test', isCollapsed: false, isSourceOnlyCollapsed: false, ...more })

  test('more of the target right is good, less is a warning', () => {
    expect(gapClosed(results)).toBeCloseTo(0.5, 12)
    expect(shown({})).toMatchObject({ level: 'good', own: 1 })
    expect(shown({}).words).toContain('20.0 points more than source-only (50.0 %)')
    const worse = shown({ adapted: row('DANN', 0.4) })
    expect(worse.level).toBe('warn')
    expect(worse.words).toContain('adaptation hurts here')
  })

  test('collapsed predictions are never good, whatever share they get right', () => {
    const collapsed = shown({ isCollapsed: true })
    expect(collapsed.level).toBe('warn')
    expect(collapsed.words).toMatch(
      /^No: DANN gives nearly every target sample the same class, so the 70.0 % it gets right say nothing/,
    )
    expect(shown({ isCollapsed: true, adapted: row('DANN', null) }).words).not.toContain('null')
    expect(collapsed.words).toContain('Keep the source-only network')
    // A network that is no better is no advice.
    const both = shown({ isCollapsed: true, isSourceOnlyCollapsed: true })
    expect([both.level, both.words.includes('Keep the source-only')]).toEqual(['warn', false])
    expect(both.words).toContain('So does the source-only network')
  })
})
