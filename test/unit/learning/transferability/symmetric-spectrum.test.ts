import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../../src-main/base/seeded-random.ts'
import { symmetricSpectrum } from '../../../../src-main/learning/transferability/symmetric-spectrum.ts'

const random = seededRandom(11)

function spectrumOf(a: number[][]) {
  const n = a.length
  // Projections of the unit vectors: projected[j][k] = q_k[j].
  const units = Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)))
  const lower = Float64Array.from(a.flatMap((row, i) => row.map((value, j) => (j <= i ? value : NaN))))
  return { values: symmetricSpectrum(lower, n, units), vectors: units }
}

function symmetric(n: number, value: (i: number, j: number) => number): number[][] {
  const a = Array.from({ length: n }, () => new Array<number>(n).fill(0))
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i]![j] = a[j]![i] = value(i, j)
  return a
}

describe('symmetricSpectrum', () => {
  test.each([
    ['one number', symmetric(1, () => -3)],
    ['diagonal', symmetric(4, (i, j) => (i === j ? i - 1.5 : 0))],
    ['random', symmetric(30, () => 2 * random() - 1)],
    ['rank one', symmetric(20, (i, j) => (i + 1) * (j + 1))],
    ['equal eigenvalues', symmetric(8, (i, j) => (i === j ? 2 : 0) + (i > 5 && j > 5 ? 1 : 0))],
    ['tiny and large entries', symmetric(6, (i, j) => 10 ** (i + j - 8))],
    ['zero', symmetric(5, () => 0)],
    ['entries whose squares vanish', symmetric(5, (i, j) => (i === j ? (i === 0 ? 1 : 0) : (1 + i + j) * 1e-161))],
  ])('%s: Q diag Q^T is the matrix, and Q is orthogonal', (_, a) => {
    const n = a.length
    const { values, vectors } = spectrumOf(a)
    const size = Math.max(...a.flat().map(Math.abs), 1e-300)
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const sum = (f: (k: number) => number) => Array.from({ length: n }, (_, k) => f(k)).reduce((x, y) => x + y, 0)
        const product = sum((k) => vectors[i]![k]! * values[k]! * vectors[j]![k]!)
        const inner = sum((k) => vectors[i]![k]! * vectors[j]![k]!)
        expect(Math.abs(product - a[i]![j]!) / size).toBeLessThan(1e-13 * n)
        expect(inner).toBeCloseTo(i === j ? 1 : 0, 12)
      }
    }
  })

  test('the second difference matrix has its known eigenvalues', () => {
    const n = 50
    const { values } = spectrumOf(symmetric(n, (i, j) => (i === j ? 2 : i - j === 1 ? -1 : 0)))
    const known = Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)))
    for (const [k, value] of [...values].sort((x, y) => x - y).entries()) expect(value).toBeCloseTo(known[k]!, 12)
  })

  test('numbers that are none are told', () => {
    expect(() => spectrumOf(symmetric(4, () => NaN))).toThrow('not finite')
  })
})
