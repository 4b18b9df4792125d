import { expect, test } from 'vitest'
import { seededRandom } from '../../../../../src-main/base/seeded-random.ts'
import { inverseFactor } from '../../../../../src-main/learning/engine/frozen/inverse-factor.ts'
import { resultOf } from '../../../../support/result-of.ts'

/** Of more numbers than inputs, (size, size). */
function covarianceOf(size: number): Float64Array {
  const random = seededRandom(size, 'inputs')
  const rows = Array.from({ length: 2 * size + 1 }, () => Array.from({ length: size }, () => random() - 0.4))
  return Float64Array.from({ length: size * size }, (_, at) =>
    rows.reduce((sum, row) => sum + row[Math.floor(at / size)]! * row[at % size]!, 0),
  )
}

// Whole tiles of four, and more and fewer.
test.each([1, 2, 3, 4, 5, 8, 11, 30])('of %i inputs: u is upper, and u^T u times the damped matrix is one', (size) => {
  const a = covarianceOf(size)
  const u = resultOf(inverseFactor(a.slice(), size))!
  const trace = Array.from({ length: size }, (_, i) => a[i * size + i]!).reduce((sum, value) => sum + value)
  for (let i = 0; i < size; i++) a[i * size + i]! += (0.01 * trace) / size
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (i > j) expect(u[i * size + j]).toBe(0)
      let product = 0
      for (let k = 0; k < size; k++) {
        let inverse = 0
        for (let m = 0; m < size; m++) inverse += u[m * size + i]! * u[m * size + k]!
        product += inverse * a[k * size + j]!
      }
      expect(product).toBeCloseTo(Number(i === j), 8)
    }
  }
})

test('of what never moves there is none', () => {
  expect(resultOf(inverseFactor(new Float64Array(4), 2))).toBeNull()
})

test('an input that never moves has a factor for itself', () => {
  const [a, , , d] = resultOf(inverseFactor(Float64Array.of(4, 0, 0, 0), 2))!
  expect([a, d]).toEqual([1 / Math.sqrt(4 + 0.02), 1 / Math.sqrt(0.02)].map((value) => expect.closeTo(value, 12)))
})
