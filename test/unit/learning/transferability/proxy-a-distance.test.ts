import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../../src-main/base/seeded-random.ts'
import type { Features } from '../../../../src-main/learning/transferability/features.ts'
import { featuresOf } from '../../../../src-main/learning/transferability/features.ts'
import { decision, svmError, trainLinearSvm } from '../../../../src-main/learning/transferability/linear-svm.ts'
import { mmd } from '../../../../src-main/learning/transferability/mmd.ts'
import { proxyADistance } from '../../../../src-main/learning/transferability/proxy-a-distance.ts'

/** Normal numbers around `centre`, by Box and Muller. */
function cloud(count: number, length: number, centre: number, seed: number): Features {
  const random = seededRandom(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return { values: Float32Array.from({ length: count * length }, () => centre + normal()), length }
}

describe('the linear classifier', () => {
  test('two points by hand: the widest margin', () => {
    // (1, 0) against (-1, 0): w = (1, 0), b = 0 with every C of at least 1/2.
    const features = { values: Float32Array.from([1, 0, -1, 0]), length: 2 }
    const sides = Int8Array.from([1, -1])
    const { weights, duals } = trainLinearSvm(features, sides, { cost: 10, seed: 1, tolerance: 1e-9, passes: 10_000 })
    expect([...weights].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([1, 0, 0])
    expect(duals[0]! + duals[1]!).toBeCloseTo(1, 6)
  })

  test('primal and dual agree: no duality gap', () => {
    const count = 60
    const values = Float32Array.from([...cloud(count / 2, 3, -0.4, 1).values, ...cloud(count / 2, 3, 0.4, 2).values])
    const features = { values, length: 3 }
    const sides = Int8Array.from({ length: count }, (_, i) => (i < count / 2 ? -1 : 1))
    for (const cost of [0.01, 1]) {
      const svm = trainLinearSvm(features, sides, { cost, seed: 3, tolerance: 1e-7, passes: 50_000 })
      const norm = svm.weights.reduce((sum, value) => sum + value * value, 0)
      const hinge = [...sides].reduce((sum, side, i) => {
        return sum + Math.max(0, 1 - side * decision(svm.weights, featuresOf(features, i)))
      }, 0)
      const primal = norm / 2 + cost * hinge
      const dual = svm.duals.reduce((sum, value) => sum + value, 0) - norm / 2
      expect(primal - dual).toBeGreaterThan(-1e-6)
      expect(primal - dual).toBeLessThan(1e-4 * primal)
      expect(svmError(svm, features, sides)).toBeLessThan(0.35)
    }
  })
})

describe('proxy A-distance', () => {
  test('is 2 for domains that are told apart without a mistake', () => {
    const result = proxyADistance(cloud(200, 5, -3, 1), cloud(200, 5, 3, 2), { seed: 1 })
    expect(result).toMatchObject({ distance: 2, raw: 2, error: 0, standardError: 0, perDomain: 200 })
  })

  test('is about 0 for one domain cut in two, and never below it', () => {
    const results = [1, 2, 3, 4, 5, 6].map((seed) =>
      proxyADistance(cloud(300, 5, 0, seed), cloud(300, 5, 0, 100 + seed), { seed }),
    )
    for (const { distance, raw, error } of results) {
      expect(raw).toBeCloseTo(2 * (1 - 2 * error), 12)
      expect(distance).toBe(Math.max(0, raw))
      expect(Math.abs(raw)).toBeLessThan(0.35)
    }
    expect(results.some(({ raw }) => raw < 0)).toBe(true)
  })

  test('follows the overlap: two normal clouds one deviation from their middle', () => {
    // The best error of N(-1, 1) against N(1, 1) is P(N > 1) = 0.1587: d = 2 (1 - 2 * 0.1587) = 1.365.
    const { distance, standardError } = proxyADistance(cloud(1000, 1, -1, 1), cloud(1000, 1, 1, 2), { seed: 1 })
    expect(Math.abs(distance - 1.365)).toBeLessThan(3 * standardError)
  })

  test('takes equal numbers of both: a large and a small part of one domain are not told apart by their size', () => {
    const result = proxyADistance(cloud(900, 4, 0, 1), cloud(100, 4, 0, 2), { seed: 1 })
    expect(result.perDomain).toBe(100)
    expect(result.distance).toBeLessThan(0.6)
  })

  test('does not depend on the scale of single features, and the seed alone decides', () => {
    const [a, b] = [cloud(200, 3, -0.3, 1), cloud(200, 3, 0.3, 2)]
    const scaled = ({ values, length }: Features): Features => ({
      values: values.map((value, i) => (i % length === 0 ? 1000 * value + 5 : value)),
      length,
    })
    const plain = proxyADistance(a, b, { seed: 4 })
    expect(proxyADistance(a, b, { seed: 4 })).toEqual(plain)
    expect(Math.abs(proxyADistance(scaled(a), scaled(b), { seed: 4 }).distance - plain.distance)).toBeLessThan(0.05)
  })

  test('refuses what is too little', () => {
    expect(() => proxyADistance(cloud(7, 2, 0, 1), cloud(50, 2, 0, 2), { seed: 1 })).toThrow('at least 8 samples')
  })
})

describe('maximum mean discrepancy', () => {
  test('by hand on two points a domain', () => {
    const source = { values: Float32Array.from([0, 1]), length: 1 }
    const target = { values: Float32Array.from([3, 5]), length: 1 }
    // Distances: 1 within the source, 2 within the target, 3 5 2 4 across; their median is (2 + 3) / 2 = 2.5.
    const k = (distance: number) => Math.exp(-(distance ** 2) / (2 * 2.5 ** 2))
    const expected = k(1) + k(2) - (2 / 4) * (k(3) + k(5) + k(2) + k(4))
    const result = mmd(source, target, { seed: 1 })
    expect(result.width).toBeCloseTo(2.5, 12)
    expect(result.squared).toBeCloseTo(expected, 12)
  })

  test('finds a shift, and none where there is none', () => {
    const same = mmd(cloud(150, 3, 0, 1), cloud(150, 3, 0, 2), { seed: 1 })
    expect(same.pValue).toBeGreaterThan(0.05)
    expect(Math.abs(same.squared)).toBeLessThan(0.01)
    const shifted = mmd(cloud(150, 3, 0, 1), cloud(150, 3, 0.8, 2), { seed: 1 })
    expect(shifted.squared).toBeGreaterThan(0.1)
    expect(shifted.pValue).toBeCloseTo(1 / 201, 12)
  })
})
