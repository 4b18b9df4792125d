import { describe, expect, it } from 'vitest'
import { smooth } from '../../../../src-renderer/ui/charts/smoothing.ts'

const xs = (count: number, step = 1) => Array.from({ length: count }, (_, index) => index * step)

describe('smooth', () => {
  it('leaves the curve alone at weight 0', () => {
    expect(smooth([0, 1, 2], [3, 1, 2], 0)).toEqual([3, 1, 2])
  })

  it('starts at the first value: no pull towards zero', () => {
    expect(
      smooth(
        xs(100),
        xs(100).map(() => 5),
        0.9,
      )[0],
    ).toBeCloseTo(5, 12)
  })

  it('keeps a constant constant', () => {
    for (const value of smooth(
      xs(50),
      xs(50).map(() => 0.7),
      0.99,
    ))
      expect(value).toBeCloseTo(0.7, 10)
  })

  it('follows the definition: decay ** (1000 * dx / range), bias-corrected', () => {
    const [first, second] = smooth([0, 1], [1, 3], 0.5, 1000)
    // average: 0.5 * 1, then 0.5 * 0.5 + 0.5 * 3; total: 0.5, then 0.75
    expect(first).toBeCloseTo(1, 12)
    expect(second).toBeCloseTo(1.75 / 0.75, 12)
  })

  it('gives curves of different density the same look', () => {
    const wave = (x: number) => Math.sin(x / 40)
    const coarse = smooth(xs(201, 2), xs(201, 2).map(wave), 0.9, 400)
    const fine = smooth(xs(401, 1), xs(401, 1).map(wave), 0.9, 400)
    expect(Math.abs((coarse[150] ?? 0) - (fine[300] ?? 1))).toBeLessThan(0.02)
  })

  it('passes values that are not finite through and goes on', () => {
    const smoothed = smooth([0, 1, 2, 3], [1, NaN, 1, 1], 0.8)
    expect(smoothed[1]).toBeNaN()
    expect(smoothed[3]).toBeCloseTo(1, 10)
  })

  it('lessens noise', () => {
    const noisy = xs(300).map((x) => (x % 2 === 0 ? 1 : -1))
    const spread = Math.max(...smooth(xs(300), noisy, 0.95).slice(50).map(Math.abs))
    expect(spread).toBeLessThan(0.3)
  })
})
