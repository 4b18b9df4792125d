import { describe, expect, test } from 'vitest'
import { packNumbers, unpackFloat32, unpackInt32 } from '../../src-main/base/packed-numbers.ts'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { QuestionOf } from '../../src-main/contract/label-questions.ts'
import type { Labeller } from '../../src-main/learning/labelling/labeller.ts'
import { greedyMedoids } from '../../src-main/learning/labelling/orders/greedy-medoids.ts'
import { clustersOf, type Features, labellerFor } from '../support/labeller-for.ts'
import { nativeRuntime } from '../support/native-runtime.ts'

const { tf } = nativeRuntime()

const rowsOf = (points: readonly (readonly number[])[]): Features => ({
  rows: points.length,
  columns: points[0]!.length,
  values: Float32Array.from(points.flat()),
})
const range = (count: number) => Array.from({ length: count }, (_, i) => i)

async function ordered(
  labeller: Labeller,
  question: { by: QuestionOf<'order'>['by']; rows: readonly number[]; labels: Int32Array; count: number },
): Promise<{ rows: number[]; scores: number[] }> {
  const { rows, labels } = question
  const packed = { rows: packNumbers(Int32Array.from(rows)), labels: packNumbers(labels) }
  const answer = await labeller.ask({ kind: 'order', seed: 1, ...question, ...packed })
  return { rows: [...unpackInt32(answer.rows)], scores: [...unpackFloat32(answer.scores)] }
}

const fitted = async (labeller: Labeller, labels: Int32Array, classes: number) =>
  labeller.ask({ kind: 'fit', classes, labels: packNumbers(labels), budgetMs: 60_000, seed: 1 })

describe('uncertainty', () => {
  test('goes from the middle between two classes outwards', async () => {
    // Two labelled at -1 and 1, others between: the nearer to 0, the less sure.
    const places = [-1, 1, 0.9, -0.05, 0.4, -0.7]
    const labeller = labellerFor(tf, rowsOf(places.map((x) => [x, 1])))
    const labels = Int32Array.of(0, 1, -1, -1, -1, -1)
    await fitted(labeller, labels, 2)
    const found = await ordered(labeller, { by: 'uncertainty', rows: [2, 3, 4, 5], labels, count: 3 })
    expect(found.rows).toEqual([3, 4, 5])
    expect(found.scores).toEqual([...found.scores].sort((a, b) => b - a))
  })

  test.each(['uncertainty', 'mixed', 'disagreement'] as const)('%s needs a head', async (by) => {
    const labeller = labellerFor(tf, rowsOf([[0], [1]]))
    const question = { by, rows: [0, 1], labels: Int32Array.of(-1, -1), count: 1 }
    await expect(ordered(labeller, question)).rejects.toMatchObject({ code: 'E_DATASET_UNUSABLE' })
  })
})

describe('novelty', () => {
  /** Directions in the plane: groups of 5, 4 and 3, and one alone. */
  const degrees = [0, 1, 2, 3, 4, 90, 91, 92, 93, 180, 181, 182, 300]
  const features = rowsOf(degrees.map((each) => [Math.cos((each * Math.PI) / 180), Math.sin((each * Math.PI) / 180)]))
  const none = new Int32Array(13).fill(-1)

  test('without labels begins within groups, then takes the one that is alone', async () => {
    const { rows } = await ordered(labellerFor(tf, features), {
      by: 'novelty',
      rows: range(13),
      labels: none,
      count: 4,
    })
    const groupOf = (row: number) => [5, 9, 12, 13].findIndex((end) => row < end)
    expect([...rows.map(groupOf)].sort()).toEqual([0, 1, 2, 3])
    expect(groupOf(rows[0]!)).not.toBe(3)
  })

  test('leaves out what is labelled already', async () => {
    const labels = none.map((label, row) => (row === 2 || row === 6 ? 0 : label))
    const rows = range(13).filter((row) => labels[row]! < 0)
    const found = await ordered(labellerFor(tf, features), { by: 'novelty', rows, labels, count: 1 })
    expect(found.rows).toEqual([10])
  })

  test('orders all rows once where all are wanted, those behind the first by distance', async () => {
    const { features: many } = clustersOf({ rows: 700, columns: 10, classes: 5, spread: 1, seed: 2 })
    const labels = new Int32Array(700).fill(-1)
    const { rows, scores } = await ordered(labellerFor(tf, many), { by: 'novelty', rows: range(700), labels, count: 700 }) // prettier-ignore
    expect([...rows].sort((a, b) => a - b)).toEqual(range(700))
    expect(scores.slice(0, 512)).toEqual([...scores.slice(0, 512)].sort((a, b) => b - a))
    expect(scores.slice(512).every((score) => score === 0)).toBe(true)
  })
})

describe('mixed', () => {
  test('spreads over the groups that are uncertain, where uncertainty alone stays in one', async () => {
    // Two classes at (-1, y) and (1, y); the doubtful ones lie at x = 0 in two heaps, the upper a little less doubtful.
    const labelled = [[-1, 0, 1], [1, 0, 1], [-1, 3, 1], [1, 3, 1]] // prettier-ignore
    const lower = range(6).map((i) => [0.001 * i, 0.01 * i, 1])
    const upper = range(6).map((i) => [0.02 + 0.001 * i, 3 + 0.01 * i, 1])
    const features = rowsOf([...labelled, ...lower, ...upper])
    const labels = Int32Array.from({ length: 16 }, (_, row) => (row < 4 ? row % 2 : -1))
    const labeller = labellerFor(tf, features)
    await fitted(labeller, labels, 2)
    const question = { rows: range(16).slice(4), labels, count: 2 }
    const heapOf = (row: number) => (row < 10 ? 'lower' : 'upper')
    const alone = await ordered(labeller, { ...question, by: 'uncertainty' })
    expect(new Set(alone.rows.map(heapOf)).size).toBe(1)
    const mixed = await ordered(labeller, { ...question, by: 'mixed' })
    expect(new Set(mixed.rows.map(heapOf)).size).toBe(2)
    const all = await ordered(labeller, { ...question, by: 'mixed', count: 100 })
    expect([...all.rows].sort((a, b) => a - b)).toEqual(question.rows)
  })
})

describe('disagreement', () => {
  test('puts changed labels first, and unlabelled rows nowhere', async () => {
    const { features, truth } = clustersOf({ rows: 300, columns: 4, classes: 3, spread: 0.2, seed: 8 })
    const changed = [30, 100, 170]
    const labels = truth.map((label, row) => (row >= 200 ? -1 : changed.includes(row) ? (label + 1) % 3 : label))
    const labeller = labellerFor(tf, features)
    await fitted(labeller, labels, 3)
    const found = await ordered(labeller, { by: 'disagreement', rows: range(300), labels, count: 1000 })
    expect(found.rows).toHaveLength(200)
    expect([...found.rows.slice(0, 3)].sort((a, b) => a - b)).toEqual(changed)
    const none = await ordered(labeller, { by: 'disagreement', rows: [250], labels, count: 5 })
    expect(none).toEqual({ rows: [], scores: [] })
  })
})

describe('greedy medoids', () => {
  test('chooses as a greedy search does that looks at every candidate each time', () => {
    const random = seededRandom(9)
    const points = rowsOf(range(60).map(() => [random(), random(), random()]))
    const weights = range(60).map(() => random())
    const task = { candidates: range(60), references: range(60), weights, nearest: new Float32Array(60).fill(0.9) }
    const { rows, gains } = greedyMedoids(tf, points, { ...task, count: 12 })
    const distance = (a: number, b: number) => Math.hypot(...range(3).map((j) => points.values[3 * a + j]! - points.values[3 * b + j]!)) // prettier-ignore
    const nearest = range(60).map(() => 0.9)
    rows.forEach((row, turn) => {
      const gain = (candidate: number) => nearest.reduce((sum, far, r) => sum + weights[r]! * Math.max(0, far - distance(candidate, r)), 0) // prettier-ignore
      const all = range(60).map(gain)
      expect(gains[turn]).toBeCloseTo(Math.max(...all), 3)
      expect(all[row]).toBeCloseTo(Math.max(...all), 3)
      nearest.forEach((far, r) => (nearest[r] = Math.min(far, distance(row, r))))
    })
  })
})

describe('similar', () => {
  const { features } = clustersOf({ rows: 500, columns: 30, classes: 4, spread: 1, seed: 11 })
  const vector = (row: number) => features.values.subarray(row * 30, (row + 1) * 30)
  const product = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, value, j) => sum + value * b[j]!, 0) // prettier-ignore
  const unit = (a: ArrayLike<number>) => Array.from(a, (value) => value / Math.sqrt(product(a, a)))

  function byHand(questions: readonly ArrayLike<number>[], without: readonly number[]) {
    const units = questions.map(unit)
    const mean = range(30).map((j) => units.reduce((sum, each) => sum + each[j]!, 0))
    const all = range(500).map((row) => ({ row, score: product(unit(mean), unit(vector(row))) }))
    return all.filter(({ row }) => !without.includes(row)).sort((a, b) => b.score - a.score)
  }

  test('finds what brute force finds, for several items and for a picture', async () => {
    const outside = Float32Array.from({ length: 30 }, (_, j) => Math.sin(j))
    const labeller = labellerFor(tf, features, { featuresOf: () => Promise.resolve(outside) })
    for (const [rows, file] of [
      [[7], null],
      [[3, 11, 400], null],
      [[], 'picture.png'],
      [[9], 'picture.png'],
    ] as const) {
      // prettier-ignore
      const answer = await labeller.ask({ kind: 'similar', rows: [...rows], file, count: 20 })
      const expected = byHand([...rows.map(vector), ...(file === null ? [] : [outside])], rows).slice(0, 20)
      expect([...unpackInt32(answer.rows)]).toEqual(expected.map(({ row }) => row))
      unpackFloat32(answer.scores).forEach((score, i) => expect(score).toBeCloseTo(expected[i]!.score, 5))
    }
  })

  test('a row without direction is like nothing, and more than there are is all but the asked', async () => {
    const labeller = labellerFor(tf, rowsOf([[1, 0], [0, 0], [1, 1], [-1, 0]])) // prettier-ignore
    const answer = await labeller.ask({ kind: 'similar', rows: [0], file: null, count: 10 })
    expect([...unpackInt32(answer.rows)]).toEqual([2, 1, 3])
    const [, zero, opposite] = unpackFloat32(answer.scores)
    expect([zero, opposite]).toEqual([0, -1])
    await expect(labeller.ask({ kind: 'similar', rows: [], file: null, count: 1 })).rejects.toMatchObject({ code: 'E_INPUT' }) // prettier-ignore
  })
})
