import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../../src-main/base/seeded-random.ts'
import { hScore } from '../../../../src-main/learning/transferability/h-score.ts'
import { leep } from '../../../../src-main/learning/transferability/leep.ts'
import { logMe, logMeOfTargets } from '../../../../src-main/learning/transferability/log-me.ts'
import { centred, type Matrix } from '../../../../src-main/learning/transferability/matrix.ts'
import { nce } from '../../../../src-main/learning/transferability/nce.ts'
import { processorTime } from '../../../support/processor-time.ts'

interface ReferenceSet {
  features: number[][]
  labels: number[]
  source_probabilities: number[][]
  logme: number
  h_score: number | null
  leep: number
  nce: number
}

const { sets } = JSON.parse(
  readFileSync(new URL('../../../fixtures/reference/transferability.json', import.meta.url), 'utf8'),
) as { sets: ReferenceSet[] }

const matrix = (rows: readonly number[][]): Matrix => ({
  rows: rows.length,
  columns: rows[0]!.length,
  values: Float64Array.from(rows.flat()),
})

const random = seededRandom(5)
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
const noise = (rows: number, columns: number) =>
  matrix(Array.from({ length: rows }, () => Array.from({ length: columns }, normal)))

describe.each(
  sets.map((set) => [`${set.features.length} samples of ${set.features[0]!.length} features`, set] as const),
)('reference: %s', (_, set) => {
  const features = matrix(set.features)
  const probabilities = matrix(set.source_probabilities)

  test('LogME is the maximum of the exact evidence', () => {
    expect(logMe(features, set.labels)).toBeCloseTo(set.logme, 6)
  })

  test('LEEP and NCE', () => {
    expect(leep(probabilities, set.labels)).toBeCloseTo(set.leep, 7)
    expect(nce(probabilities, set.labels)).toBeCloseTo(set.nce, 9)
  })

  test.runIf(set.h_score !== null)('H-score', () => {
    expect(hScore(features, set.labels)).toEqual({ value: expect.closeTo(set.h_score!, 7) as number, shrinkage: 0 })
  })
})

/** ln N(y | 0, I / beta + F F^T / alpha) / N by Cholesky, and its largest value by a search of its own. */
function exactEvidence(f: Matrix, y: Float64Array, alpha: number, beta: number): number {
  const n = f.rows
  const c = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => {
      let sum = i === j ? 1 / beta : 0
      for (let k = 0; k < f.columns; k++) sum += (f.values[i * f.columns + k]! * f.values[j * f.columns + k]!) / alpha
      return sum
    }),
  )
  let logDet = 0
  const z = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      for (let k = 0; k < j; k++) c[i]![j]! -= c[i]![k]! * c[j]![k]!
      c[i]![j]! /= c[j]![j]!
    }
    for (let k = 0; k < i; k++) c[i]![i]! -= c[i]![k]! ** 2
    c[i]![i] = Math.sqrt(c[i]![i]!)
    logDet += 2 * Math.log(c[i]![i]!)
    z[i] = y[i]!
    for (let k = 0; k < i; k++) z[i]! -= c[i]![k]! * z[k]!
    z[i]! /= c[i]![i]!
  }
  const fit = z.reduce((sum, value) => sum + value * value, 0)
  return -(n * Math.log(2 * Math.PI) + logDet + fit) / 2 / n
}

function searchedMaximum(f: Matrix, y: Float64Array): number {
  let best = { a: 0, b: 0, value: -Infinity }
  for (let step = 2; step > 1e-4; step /= 2) {
    for (let moved = true; moved;) {
      moved = false
      for (const [i, j] of [
        [-1, 0],
        [1, 0],
        [0, -1],
        [0, 1],
        [0, 0],
      ] as const) {
        const a = best.a + i * step
        const b = best.b + j * step
        const value = exactEvidence(f, y, Math.exp(a), Math.exp(b))
        if (value > best.value + 1e-12) {
          best = { a, b, value }
          moved = true
        }
      }
    }
  }
  return best.value
}

describe('LogME', () => {
  test.each([
    ['fewer samples than features', 12, 30],
    ['as many', 15, 15],
    ['more samples', 40, 6],
  ])('%s: equals the search over alpha and beta', (_, n, d) => {
    const f = noise(n, d)
    const y = Float64Array.from({ length: n }, (_, i) => f.values[i * d]! + 0.5 * normal())
    expect(logMeOfTargets(f, [y])).toBeCloseTo(searchedMaximum(f, y), 5)
  })

  test('dead features change nothing but their share of the prior: the evidence is that without them', () => {
    const f = noise(30, 5)
    const y = Float64Array.from({ length: 30 }, (_, i) => f.values[i * 5]! + normal())
    const wide = matrix(Array.from({ length: 30 }, (_, i) => [...f.values.subarray(i * 5, i * 5 + 5), 0, 0, 0]))
    expect(logMeOfTargets(wide, [y])).toBeCloseTo(logMeOfTargets(f, [y]), 9)
  })

  test('classes that do not occur are dropped', () => {
    const f = noise(30, 5)
    const labels = Array.from({ length: 30 }, (_, i) => (i % 2) * 7)
    expect(logMe(f, labels)).toBeCloseTo(
      logMe(
        f,
        labels.map((label) => label / 7),
      ),
      12,
    )
  })

  test('one class alone is refused', () => {
    expect(() => logMe(noise(4, 2), [1, 1, 1, 1])).toThrow('at least two classes')
  })

  test('labels that say nothing of the features stay finite', () => {
    const f: Matrix = { rows: 6, columns: 2, values: new Float64Array(12).fill(1) }
    expect(Number.isFinite(logMe(f, [0, 1, 0, 1, 0, 1]))).toBe(true)
  })
})

/** tr(A^-1 B) by Gauss-Jordan elimination. */
function traceOfSolution(a: number[][], b: number[][]): number {
  const n = a.length
  const rows = a.map((row, i) => [...row, ...b[i]!])
  for (let i = 0; i < n; i++) {
    const pivot = rows
      .slice(i)
      .reduce((best, row, k) => (Math.abs(row[i]!) > Math.abs(rows[best]![i]!) ? i + k : best), i)
    ;[rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!]
    const head = rows[i]![i]!
    rows[i] = rows[i]!.map((value) => value / head)
    for (let k = 0; k < n; k++) {
      if (k === i) continue
      const factor = rows[k]![i]!
      rows[k] = rows[k]!.map((value, j) => value - factor * rows[i]![j]!)
    }
  }
  return rows.reduce((sum, row, i) => sum + row[n + i]!, 0)
}

function covariance(f: Matrix): number[][] {
  const { rows, columns, values } = centred(f)
  return Array.from({ length: columns }, (_, j) =>
    Array.from({ length: columns }, (_, k) => {
      let sum = 0
      for (let i = 0; i < rows; i++) sum += values[i * columns + j]! * values[i * columns + k]!
      return sum / rows
    }),
  )
}

describe('H-score', () => {
  test.each([
    [25, 8],
    [6, 9],
  ])('regularised, %i samples of %i features: equals the documented formula', (n, d) => {
    const f = noise(n, d)
    const labels = Array.from({ length: n }, (_, i) => i % 3)
    const means = matrix(
      labels.map((label) => {
        const own = [...labels.keys()].filter((i) => labels[i] === label)
        return Array.from({ length: d }, (_, j) => own.reduce((sum, i) => sum + f.values[i * d + j]!, 0) / own.length)
      }),
    )
    const s = covariance(f)
    const mu = s.reduce((sum, row, i) => sum + row[i]!, 0) / d
    // Ledoit and Wolf 2004, lemma 3.2 to 3.4, written out over samples.
    const centre = centred(f)
    let d2 = 0
    let b2 = 0
    for (let j = 0; j < d; j++) {
      for (let k = 0; k < d; k++) {
        d2 += (s[j]![k]! - (j === k ? mu : 0)) ** 2 / d
        for (let i = 0; i < n; i++)
          b2 += (centre.values[i * d + j]! * centre.values[i * d + k]! - s[j]![k]!) ** 2 / d / n ** 2
      }
    }
    const a = Math.min(b2, d2) / d2
    const shrunk = s.map((row, j) => row.map((value, k) => (1 - a) * value + (j === k ? a * mu : 0)))
    const expected = (1 - a) * traceOfSolution(shrunk, covariance(means))
    const { value, shrinkage } = hScore(f, labels)
    expect(shrinkage).toBeCloseTo(a, 10)
    expect(value).toBeCloseTo(expected, 9)
  })
})

describe('LEEP', () => {
  test('a source class that nothing is given to is left out', () => {
    const with0 = matrix([
      [0.25, 0.75, 0],
      [0.5, 0.5, 0],
      [0.9, 0.1, 0],
    ])
    const without = matrix([
      [0.25, 0.75],
      [0.5, 0.5],
      [0.9, 0.1],
    ])
    expect(leep(with0, [0, 1, 1])).toBe(leep(without, [0, 1, 1]))
  })

  test('logits are refused', () => {
    expect(() =>
      leep(
        matrix([
          [2, -1],
          [0.5, 0.5],
        ]),
        [0, 1],
      ),
    ).toThrow('expected probabilities')
    expect(() =>
      leep(
        matrix([
          [0.9, 0.9],
          [0.5, 0.5],
        ]),
        [0, 1],
      ),
    ).toThrow('sum 1.800')
  })
})

test('NCE is 0 where the source class settles the label, and -H(Y) where it says nothing', () => {
  const settled = matrix([
    [0.9, 0.1],
    [0.2, 0.8],
    [0.6, 0.4],
    [0.1, 0.9],
  ])
  expect(nce(settled, [1, 0, 1, 0])).toBe(0)
  const constant = matrix([
    [0.9, 0.1],
    [0.9, 0.1],
    [0.9, 0.1],
    [0.9, 0.1],
  ])
  expect(nce(constant, [1, 0, 1, 0])).toBeCloseTo(-Math.log(2), 12)
})

test('a thousand samples of 1280 features are scored in seconds', { timeout: 60_000 }, () => {
  const f = noise(1000, 1280)
  const labels = Array.from({ length: 1000 }, (_, i) => i % 10)
  const spent = processorTime()
  const score = logMe(f, labels)
  expect(hScore(f, labels).value).toBeGreaterThan(0)
  expect(Number.isFinite(score)).toBe(true)
  expect(spent() / 1000).toBeLessThan(40)
})
