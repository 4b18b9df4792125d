import { describe, expect, test } from 'vitest'
import { packNumbers, unpackFloat32, unpackInt32 } from '../../src-main/base/packed-numbers.ts'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { createLabeller } from '../../src-main/learning/labelling/create-labeller.ts'
import type { LabellerParts } from '../../src-main/learning/labelling/labeller.ts'
import { cosine, cosineBlocks } from '../../src-main/learning/labelling/pairs/cosine-blocks.ts'
import { nearPairs } from '../../src-main/learning/labelling/pairs/near-pairs.ts'
import { neighbourDistances } from '../../src-main/learning/labelling/pairs/neighbour-distances.ts'
import { nativeRuntime } from '../support/native-runtime.ts'

const tf = nativeRuntime().tf
const pace = () => Promise.resolve()

/** Around a few centres, some rows copied with a little noise. */
function clustered(rows: number, columns: number, seed = 1) {
  const random = seededRandom(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const centres = Array.from({ length: 5 }, () => Float32Array.from({ length: columns }, normal))
  const values = new Float32Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    const isCopy = row > 20 && row % 9 === 0
    for (let j = 0; j < columns; j++)
      values[row * columns + j] = isCopy
        ? values[(row - 13) * columns + j]! + 0.05 * normal()
        : 2 * centres[row % 5]![j]! + normal()
  }
  return { rows, columns, values }
}

function allPairs(features: ReturnType<typeof clustered>, least: number): string[] {
  const found: string[] = []
  for (let a = 0; a < features.rows; a++)
    for (let b = a + 1; b < features.rows; b++) if (cosine(features, a, b) >= least) found.push(`${a} ${b}`)
  return found
}

function labeller(features: ReturnType<typeof clustered>, more: Partial<LabellerParts> = {}) {
  return createLabeller(tf, {
    features,
    featuresOf: () => Promise.reject(new Error('none')),
    pixels: () => Promise.reject(new Error('none')),
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...more,
  })
}

describe('pairs of rows', () => {
  test('blocks hold every cosine, and leave no tensor', async () => {
    const features = clustered(70, 12)
    const before = tf.memory().numTensors
    const seen = new Map<string, number>()
    const visit = ({ from, rows, values }: Parameters<Parameters<typeof cosineBlocks>[2]>[0]) => {
      for (let i = 0; i < rows.a; i++)
        for (let j = 0; j < rows.b; j++) seen.set(`${from.a + i} ${from.b + j}`, values[i * rows.b + j]!)
    }
    await cosineBlocks(tf, features, visit, pace, 32)
    expect(tf.memory().numTensors).toBe(before)
    for (let a = 0; a < 70; a++)
      for (let b = a + 1; b < 70; b++) expect(seen.get(`${a} ${b}`)).toBeCloseTo(cosine(features, a, b), 5)
  })

  test.each([
    ['as whole products', 8192],
    ['behind the bound', 0],
  ])('%s, all pairs above a similarity are found', async (_, fewRows) => {
    const features = clustered(400, 300)
    for (const least of [0.6, 0.9, 0.99]) {
      const found: string[] = []
      await nearPairs(tf, features, least, (a, b) => void found.push(`${a} ${b}`), pace, fewRows)
      expect(found.sort()).toEqual(allPairs(features, least).sort())
    }
    expect(allPairs(features, 0.99).length).toBeGreaterThan(10)
  })

  test('the distance to the nearest neighbours is that of a plain search', async () => {
    const features = clustered(90, 6)
    const own = await neighbourDistances(tf, features, 10, pace)
    for (let row = 0; row < 90; row++) {
      const others = [...Array(90).keys()].filter((other) => other !== row)
      const nearest = others.map((other) => cosine(features, row, other)).sort((a, b) => b - a)
      expect(own[row]).toBeCloseTo(1 - nearest.slice(0, 10).reduce((a, b) => a + b, 0) / 10, 5)
    }
  })
})

describe('answers', () => {
  test('duplicates by features are groups of near rows; one of zeros is like nothing', async () => {
    const features = clustered(60, 40)
    features.values.fill(0, 0, 40)
    features.values.copyWithin(5 * 40, 7 * 40, 8 * 40)
    const { groups } = await labeller(features).ask({ kind: 'duplicates', similarity: 0.99, perceptual: null })
    expect(groups.find(({ rows }) => rows.includes(5))!.rows).toContain(7)
    expect(groups.find(({ rows }) => rows.includes(0))).toBeUndefined()
    for (const { rows, similarity } of groups) {
      expect(rows.length).toBeGreaterThan(1)
      expect(similarity).toBeGreaterThanOrEqual(0.99)
    }
    const exact = await labeller(features).ask({ kind: 'duplicates', similarity: 1, perceptual: null })
    expect(exact.groups).toEqual([{ rows: [5, 7], similarity: 1 }])
  })

  test('duplicates by pictures read each picture once, however often they are asked for', async () => {
    const features = clustered(30, 8)
    let read = 0
    const side = 16
    const pictureOf = (row: number) =>
      Uint8Array.from({ length: side * side }, (_, at) => ((at * (1 + (row % 10)) * 37) % 251) + (row > 9 ? 1 : 0))
    const one = labeller(features, {
      pixels: (rows) => {
        read += rows.length
        const values = Uint8Array.from(rows.flatMap((row) => [...pictureOf(row)]))
        return Promise.resolve({ values, height: side, width: side, channels: 1 })
      },
    })
    for (let i = 0; i < 2; i++) {
      const { groups } = await one.ask({ kind: 'duplicates', similarity: 1, perceptual: 2 })
      expect(groups.map(({ rows }) => rows)).toEqual(Array.from({ length: 10 }, (_, k) => [k, k + 10, k + 20]))
    }
    await one.ask({ kind: 'quality' })
    expect(read).toBe(30)
  })

  test('suspicious labels are those that were changed; twice the same', async () => {
    const features = clustered(400, 20)
    const truth = Int32Array.from({ length: 400 }, (_, row) => (row % 9 === 0 && row > 20 ? (row - 13) % 5 : row % 5))
    const given = truth.slice()
    const changed = [11, 52, 103, 204, 305]
    for (const row of changed) given[row] = (truth[row]! + 1) % 5
    given[30] = -1
    // One label of a class of its own: nothing can be said of it.
    given[31] = 6
    const question = { kind: 'suspicious', classes: 8, labels: packNumbers(given), seed: 3 } as const
    const found = await labeller(features).ask(question)
    expect(found.examined).toBe(398)
    expect(found.note).toBe('1 class with a single label was left out.')
    // One that the head is less sure of than of the class's own labels is not counted as wrong.
    expect(found.labels.length).toBeGreaterThanOrEqual(changed.length - 1)
    expect(changed).toEqual(expect.arrayContaining(found.labels.map(({ row }) => row)))
    for (const { row, given: label, suggested, score } of found.labels) {
      expect(label).toBe(given[row])
      expect(suggested).toBe(truth[row])
      expect(score).toBeGreaterThan(0.5)
    }
    expect(found.confused.every(({ given: a, suggested: b, count }) => a !== b && count > 0)).toBe(true)
    expect(await labeller(features).ask(question)).toEqual(found)
  })

  test.each([
    ['no label', []],
    ['one class', [0, 0, 0, 0]],
    ['two classes, one label of one', [0, 0, 0, 1]],
  ])('suspicious labels of %s: none, and why', async (_, labels) => {
    const given = new Int32Array(20).fill(-1)
    given.set(labels)
    const found = await labeller(clustered(20, 4)).ask({
      kind: 'suspicious',
      classes: 2,
      labels: packNumbers(given),
      seed: 0,
    })
    expect(found).toMatchObject({ examined: 0, labels: [], confused: [], note: expect.stringContaining('two classes') })
  })

  test('outliers come first, and a set of one has none to compare with', async () => {
    const features = clustered(80, 10)
    // Away from all of them at once.
    for (let j = 0; j < 10; j++) {
      const column = Array.from({ length: 80 }, (_, row) => features.values[row * 10 + j]!)
      features.values[33 * 10 + j] = -column.reduce((a, b) => a + b, 0)
    }
    const found = await labeller(features).ask({ kind: 'outliers', count: 4 })
    const scores = unpackFloat32(found.scores)
    expect(unpackInt32(found.rows)[0]).toBe(33)
    expect([...scores]).toEqual([...scores].sort((a, b) => b - a))
    const one = await labeller(clustered(1, 3)).ask({ kind: 'outliers', count: 4 })
    expect([...unpackInt32(one.rows)]).toEqual([0])
  })

  test('a question that was withdrawn ends, and the next one is answered', async () => {
    const abort = new AbortController()
    const one = labeller(clustered(50, 5), { signal: abort.signal, onProgress: () => abort.abort() })
    await expect(one.ask({ kind: 'outliers', count: 4 })).rejects.toThrow(/abort/i)
  })
})
