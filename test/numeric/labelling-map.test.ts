import { readFileSync } from 'node:fs'
import { UMAP } from 'umap-js'
import { describe, expect, test } from 'vitest'
import { unpackFloat32 } from '../../src-main/base/packed-numbers.ts'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { GraftError } from '../../src-main/contract/errors.ts'
import { map } from '../../src-main/learning/labelling/answers/map.ts'
import { createLabeller } from '../../src-main/learning/labelling/create-labeller.ts'
import { fuzzyNeighbours } from '../../src-main/learning/labelling/map/fuzzy-neighbours.ts'
import { type LayoutPlan, layoutSteps } from '../../src-main/learning/labelling/map/layout-steps.ts'
import { nearestNeighbours } from '../../src-main/learning/labelling/map/nearest-neighbours.ts'
import { type FeatureRows, principalComponents } from '../../src-main/learning/labelling/map/principal-components.ts'
import { layoutPlan } from '../../src-main/learning/labelling/map/umap-layout.ts'
import { nativeRuntime } from '../support/native-runtime.ts'

const { tf } = nativeRuntime()
const { signal } = new AbortController()

interface Measured {
  readonly trustworthiness: number
  readonly kept: number
}

/** Of umap-learn and scikit-learn on the same digits; make-umap.py beside it makes it anew. */
const reference = JSON.parse(readFileSync(new URL('../fixtures/reference/umap.json', import.meta.url), 'utf8')) as {
  variances: [number, number]
  pca: Measured
  umap: Measured[]
  edges: [number, number, number][]
}

const digits = rowsOf(
  readFileSync(new URL('../../resources/samples/uci-digits/digits.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').slice(0, 64).map(Number)),
)

function rowsOf(rows: number[][]): FeatureRows {
  return { rows: rows.length, columns: rows[0]!.length, values: Float32Array.from(rows.flat()) }
}

function randomRows(rows: number, columns: number, seed: number): FeatureRows {
  const random = seededRandom(seed)
  return { rows, columns, values: Float32Array.from({ length: rows * columns }, () => random()) }
}

/** Of each row all others, the nearest first; ties in order. */
function ranked({ rows, columns, values }: FeatureRows): Int32Array[] {
  return Array.from({ length: rows }, (_, i) => {
    const squares = Float64Array.from({ length: rows }, (_, j) => {
      let sum = 0
      for (let k = 0; k < columns; k++) sum += (values[i * columns + k]! - values[j * columns + k]!) ** 2
      return sum
    })
    squares[i] = -1
    return Int32Array.from(squares.keys())
      .sort((a, b) => squares[a]! - squares[b]! || a - b)
      .slice(1)
  })
}

const K = 15
const digitRanks = ranked(digits)

/** Trustworthiness (Venna and Kaski 2001) as scikit-learn has it, and the share of near rows that stay near. */
function measure(places: Float32Array): Measured {
  const n = digits.rows
  const near = ranked({ rows: n, columns: 2, values: places }).map((order) => order.slice(0, K))
  let [penalty, kept] = [0, 0]
  near.forEach((own, i) => {
    const rank = new Int32Array(n)
    digitRanks[i]!.forEach((row, at) => (rank[row] = at + 1))
    for (const row of own) {
      penalty += Math.max(0, rank[row]! - K)
      if (rank[row]! <= K) kept++
    }
  })
  return { trustworthiness: 1 - (penalty * 2) / (n * K * (2 * n - 3 * K - 1)), kept: kept / (n * K) }
}

const told: string[] = []
const context = (features: FeatureRows, stop: AbortSignal = signal) => ({
  tf,
  features,
  signal: stop,
  head: null,
  now: () => 0,
  mapStop: new AbortController(),
  onProgress: (what: string, done: number, total: number | null) => void told.push(`${what} ${done}/${total}`),
  featuresOf: () => Promise.reject(new Error('not asked')),
  pixels: () => Promise.reject(new Error('not asked')),
})
const question = { kind: 'map', neighbours: K, minDistance: 0.1, seed: 0 } as const

describe('principal components', () => {
  test('have the variances that scikit-learn finds, and are as trustworthy', async () => {
    const places = await principalComponents(tf, digits, { count: 2, seed: 0, signal })
    const n = digits.rows
    const variances = [0, 1].map((axis) => {
      let sum = 0
      for (let i = 0; i < n; i++) sum += places[2 * i + axis]! ** 2
      return sum / (n - 1)
    })
    expect(variances[0]! / reference.variances[0]).toBeCloseTo(1, 4)
    expect(variances[1]! / reference.variances[1]).toBeCloseTo(1, 4)
    const measured = measure(places)
    // Also: our two measures are scikit-learn's.
    expect(measured.trustworthiness).toBeCloseTo(reference.pca.trustworthiness, 3)
    expect(measured.kept).toBeCloseTo(reference.pca.kept, 2)
  })

  test('are the same with the same seed, have one sign whatever the seed, and are in order', async () => {
    const rows = randomRows(300, 20, 3)
    for (let i = 0; i < 300; i++) for (let k = 0; k < 5; k++) rows.values[i * 20 + k]! *= 10 - k
    const [one, again, other] = await Promise.all(
      [0, 0, 9].map((seed) => principalComponents(tf, rows, { count: 3, seed, signal })),
    )
    expect(again).toEqual(one)
    other!.forEach((value, at) => expect(value).toBeCloseTo(one![at]!, 2))
    const spread = [0, 1, 2].map((axis) => one!.reduce((sum, v, at) => sum + (at % 3 === axis ? v * v : 0), 0))
    expect(spread).toEqual(spread.toSorted((a, b) => b - a))
  })

  test('of features of rank 1, of fewer rows than directions, and of one row are numbers', async () => {
    const line = rowsOf(Array.from({ length: 40 }, (_, i) => [i, 2 * i, -i, 0, 7]))
    const along = await principalComponents(tf, line, { count: 2, seed: 0, signal })
    expect(Math.abs(along[0]! - along[2]!)).toBeCloseTo(Math.sqrt(6), 4)
    for (let i = 0; i < 40; i++) expect(Math.abs(along[2 * i + 1]!)).toBeLessThan(1e-4)
    const few = await principalComponents(tf, randomRows(3, 10, 1), { count: 50, seed: 0, signal })
    expect(few).toHaveLength(150)
    expect(few.every(Number.isFinite)).toBe(true)
    expect([...(await principalComponents(tf, randomRows(1, 8, 1), { count: 2, seed: 0, signal }))]).toEqual([0, 0])
  })
})

describe('nearest neighbours', () => {
  test('are those of a search through all rows, in more than one block', async () => {
    const { rows, distances, count } = await nearestNeighbours(tf, digits, { count: K, signal })
    for (let i = 0; i < digits.rows; i++) {
      expect([...rows.subarray(i * count, (i + 1) * count)]).toEqual([i, ...digitRanks[i]!.subarray(0, K - 1)])
    }
    const [a, b] = [0, rows[count - 1]!]
    const square = Array.from({ length: 64 }, (_, k) => (digits.values[a + k]! - digits.values[b * 64 + k]!) ** 2)
    expect(distances[count - 1]!).toBeCloseTo(Math.sqrt(square.reduce((sum, v) => sum + v, 0)), 4)
  })

  test('hold far from the origin, among copies, and where fewer rows are there than asked', async () => {
    const shifted = randomRows(200, 10, 5)
    shifted.values.forEach((value, at) => (shifted.values[at] = Math.fround(value + 20)))
    const far = await nearestNeighbours(tf, shifted, { count: 5, signal })
    const order = ranked(shifted)
    for (let i = 0; i < 200; i++)
      expect([...far.rows.subarray(i * 5, i * 5 + 5)]).toEqual([i, ...order[i]!.subarray(0, 4)])
    const copies = await nearestNeighbours(tf, rowsOf(Array.from({ length: 6 }, () => [1, 2])), { count: 3, signal })
    expect([...copies.rows.subarray(0, 3)]).toEqual([0, 1, 2])
    expect([...copies.distances]).toEqual(new Array(18).fill(0))
    expect((await nearestNeighbours(tf, randomRows(4, 2, 1), { count: 15, signal })).count).toBe(4)
  })
})

test('memberships are those of umap-learn', async () => {
  const part = { rows: 200, columns: 64, values: digits.values.subarray(0, 200 * 64) }
  const { heads, tails, weights } = fuzzyNeighbours(await nearestNeighbours(tf, part, { count: K, signal }))
  const own = [...heads.keys()].filter((e) => heads[e]! < 20)
  expect(own.map((e) => [heads[e], tails[e]])).toEqual(reference.edges.map(([i, j]) => [i, j]))
  own.forEach((e, at) => expect(Math.abs(weights[e]! - reference.edges[at]![2])).toBeLessThan(1e-4))
})

test('steps of the layout are those of umap-js, neighbours and all', async () => {
  const part = { rows: 120, columns: 64, values: digits.values.subarray(0, 120 * 64) }
  const near = await nearestNeighbours(tf, part, { count: K, signal })
  const rowOf = (values: Int32Array | Float32Array, i: number): number[] => [...values.subarray(i * K, (i + 1) * K)]
  const theirs = new UMAP({ nNeighbors: K, minDist: 0.1, nEpochs: 500, random: seededRandom(4) })
  theirs.setPrecomputedKNN(
    Array.from({ length: 120 }, (_, i) => rowOf(near.rows, i)),
    Array.from({ length: 120 }, (_, i) => rowOf(near.distances, i)),
  )
  theirs.initializeFit(Array.from({ length: 120 }, () => [0]))
  const state = (
    theirs as unknown as { optimizationState: LayoutPlan & { head: number[]; tail: number[]; nEpochs: number } }
  ).optimizationState
  const plan = layoutPlan(near, 0.1)
  expect([...plan.heads]).toEqual(state.head)
  expect([...plan.tails]).toEqual(state.tail)
  plan.epochsPerSample.forEach((every, e) => expect(every / state.epochsPerSample[e]!).toBeCloseTo(1, 5))
  expect([plan.a, plan.b, plan.epochs]).toEqual([state.a, state.b, state.nEpochs])

  const places = Float64Array.from(theirs.getEmbedding().flat())
  const random = seededRandom(4)
  // What their start took.
  for (let drawn = 0; drawn < 240; drawn++) random()
  // In their 64 bits: whether an edge of weight 1 is drawn in an epoch or in the next hangs on the last of them.
  const step = layoutSteps({ ...plan, epochsPerSample: Float64Array.from(state.epochsPerSample) }, places, random)
  // Few: at the first rates a rounding error grows tenfold in an epoch.
  for (let epoch = 0; epoch < 4; epoch++) {
    step(epoch)
    theirs.step()
  }
  const moved = theirs.getEmbedding().flat()
  places.forEach((value, at) => expect(Math.abs(value - moved[at]!)).toBeLessThan(1e-6))
})

describe('the map', () => {
  test('by UMAP keeps neighbours as umap-learn does, in the unit square, twice the same', async () => {
    told.length = 0
    const answer = await map(context(digits), { ...question, method: 'umap' })
    const places = unpackFloat32(answer.points)
    expect(places).toHaveLength(2 * digits.rows)
    expect(Math.min(...places)).toBeGreaterThanOrEqual(-1e-6)
    expect(Math.max(...places)).toBeLessThanOrEqual(1 + 1e-6)
    const measured = measure(places)
    const least = (key: keyof Measured) => Math.min(...reference.umap.map((one) => one[key]))
    expect(measured.trustworthiness).toBeGreaterThan(least('trustworthiness') - 0.005)
    expect(measured.kept).toBeGreaterThan(least('kept') - 0.02)
    expect(told.some((line) => line.startsWith('UMAP: neighbours'))).toBe(true)
    expect(told.at(-1)).toBe('UMAP: places 500/500')
    const part = context({ rows: 200, columns: 64, values: digits.values.subarray(0, 200 * 64) })
    const [one, two] = [
      await map(part, { ...question, method: 'umap' }),
      await map(part, { ...question, method: 'umap' }),
    ]
    expect(two.points).toBe(one.points)
  })

  test('of copies, of very few rows and of one row has a place for each', async () => {
    for (const [rows, features] of [
      [30, rowsOf(Array.from({ length: 30 }, () => [1, 2, 3]))],
      [5, randomRows(5, 8, 1)],
      [2, randomRows(2, 8, 1)],
      [1, randomRows(1, 8, 1)],
    ] as const) {
      for (const method of ['pca', 'umap'] as const) {
        const places = unpackFloat32((await map(context(features), { ...question, method })).points)
        expect(places).toHaveLength(2 * rows)
        expect(places.every((value) => value >= -1e-6 && value <= 1 + 1e-6)).toBe(true)
      }
    }
  })

  test('stops soon when it is told to, and leaves no tensors', async () => {
    const before = tf.memory().numTensors
    for (const phase of ['directions', 'neighbours', 'places']) {
      const stop = new AbortController()
      const stopping = {
        ...context(digits, stop.signal),
        onProgress: (what: string) => what.endsWith(phase) && stop.abort(new Error(`enough ${phase}`)),
      }
      await expect(map(stopping, { ...question, method: 'umap' })).rejects.toThrow(`enough ${phase}`)
    }
    expect(tf.memory().numTensors).toBe(before)
  })

  test('lets other questions in between, and one of them ends it; the next map is drawn', async () => {
    const labeller = createLabeller(tf, context(digits))
    const umap = { ...question, method: 'umap' } as const
    const stopped = labeller.ask(umap).then(
      () => 'drawn',
      (error: unknown) => (error as GraftError).code,
    )
    const similar = await labeller.ask({ kind: 'similar', rows: [0], file: null, count: 3 })
    expect(similar.kind).toBe('similar')
    await labeller.ask({ kind: 'stop-map' })
    expect(await stopped).toBe('E_CANCELLED')
    const pca = await labeller.ask({ ...question, method: 'pca' })
    expect(unpackFloat32(pca.points)).toHaveLength(2 * digits.rows)
  })
})
