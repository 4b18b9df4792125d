import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { packNumbers, unpackFloat32, unpackInt16 } from '../../src-main/base/packed-numbers.ts'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { alignedFloats } from '../../src-main/learning/labelling/features/aligned-floats.ts'
import { gatheredRows } from '../../src-main/learning/labelling/features/gathered-rows.ts'
import { nativeRuntime } from '../support/native-runtime.ts'
import { clustersOf, labellerFor } from '../support/labeller-for.ts'

const { tf } = nativeRuntime()

/** Of scikit-learn; make-live-head.py beside it makes it anew. */
const reference = JSON.parse(
  readFileSync(new URL('../fixtures/reference/live-head.json', import.meta.url), 'utf8'),
) as {
  classes: number
  features: number[][]
  labels: number[]
  probabilities: number[][]
}

const ask = { kind: 'fit', budgetMs: 60_000, seed: 1 } as const

describe('the live head', () => {
  const { classes, probabilities } = reference
  const labels = packNumbers(Int32Array.from(reference.labels))
  const features = {
    rows: reference.features.length,
    columns: reference.features[0]!.length,
    values: Float32Array.from(reference.features.flat()),
  }

  test('once converged, says what scikit-learn’s LogisticRegression says, of unlabelled rows too', async () => {
    const answer = await labellerFor(tf, features).ask({ ...ask, classes, labels })
    expect(answer).toMatchObject({ isConverged: true, labelled: 32, used: 32, classesInUse: 4, accuracy: null, reliability: null }) // prettier-ignore
    const sorted = probabilities.map((row) => [...row].sort((a, b) => b - a))
    expect([...unpackInt16(answer.best)]).toEqual(probabilities.map((row) => row.indexOf(Math.max(...row))))
    expectNear(
      unpackFloat32(answer.confidence),
      sorted.map(([first]) => first!),
    )
    expectNear(
      unpackFloat32(answer.margin),
      sorted.map(([first, second]) => first! - second!),
    )
  })

  test('reaches the same from a head of other labels, and with classes that come and go', async () => {
    const labeller = labellerFor(tf, features)
    const fewer = reference.labels.map((label, row) => (label === 4 || row > 30 ? -1 : label))
    await labeller.ask({ ...ask, classes, labels: packNumbers(Int32Array.from(fewer)) })
    const answer = await labeller.ask({ ...ask, classes, labels })
    expectNear(
      unpackFloat32(answer.confidence),
      probabilities.map((row) => Math.max(...row)),
    )
  })

  test('asks for two classes, and is then as good as new', async () => {
    const labeller = labellerFor(tf, features)
    const only = (label: number) =>
      packNumbers(Int32Array.from(reference.labels, (each) => (each === label ? each : -1)))
    for (const none of [only(9), only(3)])
      await expect(labeller.ask({ ...ask, classes, labels: none })).rejects.toMatchObject({
        code: 'E_DATASET_UNUSABLE',
        fix: 'Label items of at least two classes.',
      })
    expect((await labeller.ask({ ...ask, classes, labels })).isConverged).toBe(true)
  })

  test('out of time it says so, and goes on when it is asked again', async () => {
    const { features: many, truth } = clustersOf({ rows: 3000, columns: 64, classes: 8, spread: 2, seed: 3 })
    const labeller = labellerFor(tf, many)
    const question = { ...ask, classes: 8, labels: packNumbers(truth), budgetMs: 3 }
    const first = await labeller.ask(question)
    expect(first.isConverged).toBe(false)
    let rounds = 1
    while (!(await labeller.ask({ ...question, budgetMs: 200 })).isConverged) expect(++rounds).toBeLessThan(50)
  })

  test('a short budget takes some of many labels, of every class, and says how many', async () => {
    const { features: many, truth } = clustersOf({ rows: 4000, columns: 16, classes: 3, spread: 1, seed: 4 })
    const rare = truth.map((label, row) => (label === 2 && row > 3 ? 0 : label))
    // 10^7 products a millisecond of 16 features and 3 classes: 2,083 rows.
    const answer = await labellerFor(tf, many).ask({ ...ask, classes: 3, labels: packNumbers(rare), budgetMs: 0.01 })
    expect(answer).toMatchObject({ labelled: 4000, used: 2083, classesInUse: 3 })
  })
})

describe('calibration', () => {
  test('labels given at random half of the time: confidences fall to what is right', async () => {
    const { features, truth } = clustersOf({ rows: 1500, columns: 150, classes: 3, spread: 2, seed: 5 })
    const random = seededRandom(6)
    const labels = truth.map((label, row) => (row >= 600 ? -1 : random() < 0.5 ? Math.floor(random() * 3) : label))
    const answer = await labellerFor(tf, features).ask({ ...ask, classes: 3, labels: packNumbers(labels) })
    const { temperature, errorBefore, errorAfter, heldOut, bins } = answer.reliability!
    expect(heldOut).toBeGreaterThan(110)
    expect(heldOut).toBeLessThanOrEqual(120)
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(heldOut)
    expect(temperature).toBeGreaterThan(1)
    expect(errorAfter).toBeLessThan(errorBefore)
    // Over many rows a head is right as often as it says, if labels are as those that were held out.
    const unlabelled = unpackFloat32(answer.confidence).slice(600)
    const mean = unlabelled.reduce((sum, value) => sum + value, 0) / unlabelled.length
    expect(Math.abs(mean - answer.accuracy!)).toBeLessThan(0.1)
  })

  test('the same labels and seed give the same answers', async () => {
    const { features, truth } = clustersOf({ rows: 400, columns: 12, classes: 4, spread: 1, seed: 7 })
    const question = { ...ask, classes: 4, labels: packNumbers(truth.map((label, row) => (row < 200 ? label : -1))) }
    const of = async () => {
      const { milliseconds: _, ...answer } = await labellerFor(tf, features).ask(question)
      return answer
    }
    expect(await of()).toEqual(await of())
  })
})

describe('features in memory', () => {
  test('are used where they lie: what is written to them is seen by a tensor that was made before', () => {
    const values = alignedFloats(tf, 32)
    expect([...values]).toEqual(Array.from({ length: 32 }, () => 0))
    const x = tf.tensor1d(values)
    tf.dispose(tf.neg(x))
    values[31] = 5
    expect(tf.neg(x).dataSync()[31]).toBe(-5)
  })

  test('chosen rows come in their order, and leave no tensor behind', () => {
    const values = Float32Array.from({ length: 40 }, (_, i) => i)
    const before = tf.memory().numTensors
    const rows = gatheredRows(tf, { rows: 10, columns: 4, values }, [7, 0, 7])
    const seen: number[] = []
    for (let twice = 0; twice < 2; twice++) rows.forEach((block) => seen.push(...block.dataSync()))
    rows.dispose()
    const once = [28, 29, 30, 31, 0, 1, 2, 3, 28, 29, 30, 31]
    expect(seen).toEqual([...once, ...once])
    expect(tf.memory().numTensors).toBe(before)
  })
})

function expectNear(values: Float32Array, expected: readonly number[]): void {
  expect(values).toHaveLength(expected.length)
  values.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-3))
}
