import { describe, expect, it } from 'vitest'
import {
  type Affine,
  foldAffine,
  pixelAffine,
  rangeAffine,
  standardAffine,
  statisticsCollector,
} from '../../../../../src-main/learning/strategies/deep-belief-network/affine.ts'
import { hiddenHealth } from '../../../../../src-main/learning/strategies/deep-belief-network/hidden-health.ts'
import { columnOf, weightPixels } from '../../../../../src-main/learning/strategies/common/pre-training/pixels.ts'

const apply = ({ scale, shift }: Affine, x: readonly number[]) => x.map((value, i) => value * scale[i]! + shift[i]!)

describe('what visible units see', () => {
  it('is value / 255 of normalised pixels, by channel', () => {
    const [mean, std] = [[0.5, 0.4, 0.3], [0.2, 0.25, 0.1]] // prettier-ignore
    const bytes = [0, 51, 255, 102, 204, 153]
    const x = bytes.map((byte, i) => (byte / 255 - mean[i % 3]!) / std[i % 3]!)
    const seen = apply(pixelAffine({ mean, std }, 6), x)
    bytes.forEach((byte, i) => expect(seen[i]).toBeCloseTo(byte / 255, 12))
  })

  const values = [1, 5, 3, 5, 8, 5]
  const collector = statisticsCollector(2)
  collector.add(values)
  const statistics = collector.statistics()

  it('is the range of each column on 0..1, and 0 where nothing varies', () => {
    const range = rangeAffine(statistics)
    expect(apply(range, [1, 5])).toEqual([0, 0])
    expect(apply(range, [8, 5])).toEqual([1, 0])
    expect(apply(range, [4.5, 7])[0]).toBeCloseTo(0.5, 12)
  })

  it('has mean 0 and unit variance with Gaussian units; what hardly varies is not blown up', () => {
    expect(statistics.mean).toEqual([4, 5])
    expect(statistics.std[0]).toBeCloseTo(Math.sqrt((9 + 1 + 16) / 3), 12)
    const standard = standardAffine({ ...statistics, std: [2, 0] })
    // The mean deviation is 1; a tenth of it is the least.
    expect(standard.scale).toEqual([0.5, 10])
    expect(apply(standard, [6, 5])).toEqual([1, 0])
  })

  it('comes out the same part by part', () => {
    const collected = statisticsCollector(2)
    collected.add(values.slice(0, 2))
    collected.add(values.slice(2))
    expect(collected.statistics()).toEqual(statistics)
  })
})

describe('an RBM unrolled into a Dense layer', () => {
  it('computes from the input what the RBM computed from its visible units', () => {
    const W = Float32Array.of(0.5, -1, 2, 0.25, -0.75, 1.5)
    const c = Float32Array.of(0.1, -0.2)
    const affine = { scale: [2, 0.5, -1], shift: [1, -3, 0.5] }
    const x = [0.3, -2, 4]
    const product = (v: readonly number[], weights: Float32Array, bias: Float32Array) =>
      [0, 1].map((j) => v.reduce((sum, value, i) => sum + value * weights[i * 2 + j]!, bias[j]!))
    const { kernel, bias } = foldAffine(W, c, affine)
    const wanted = product(apply(affine, x), W, c)
    product(x, kernel, bias).forEach((value, j) => expect(value).toBeCloseTo(wanted[j]!, 5))
  })
})

describe('hidden units', () => {
  it('are off or on when they hardly change from sample to sample', () => {
    const samples = [
      [0, 1, 0.5, 0.001],
      [0.01, 1, 0, 0.03],
    ]
    expect(hiddenHealth(samples, 4)).toEqual({ off: 0.25, on: 0.25 })
  })
})

describe('filters', () => {
  it('are columns of W, with zero in the middle', () => {
    const column = columnOf(Float32Array.of(1, -4, 0, 2, -1, 8), 2, 1)
    expect([...column]).toEqual([-4, 2, 8])
    expect([...Buffer.from(weightPixels(column), 'base64')]).toEqual([64, 159, 255])
    expect([...Buffer.from(weightPixels([0, 0]), 'base64')]).toEqual([128, 128])
  })
})
