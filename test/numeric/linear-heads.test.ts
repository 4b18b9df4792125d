import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { softmax } from '../../src-main/base/softmax.ts'
import { fitStrength } from '../../src-main/learning/engine/converge/fit-strength.ts'
import { openHeadSamples } from '../../src-main/learning/engine/converge/head-samples.ts'
import type { Samples } from '../../src-main/learning/engine/data/training-data.ts'
import { describeHead, type HeadInfo } from '../../src-main/learning/network/head-info.ts'
import { fitLogistic } from '../../src-main/learning/probes/logistic-regression.ts'
import { foldIn } from '../../src-main/learning/probes/standard-rows.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'

interface Reference {
  readonly train: number
  readonly test: number
  readonly logistic: { c: number; probabilities: number[][] }[]
  readonly balanced: { c: number; probabilities: number[][] }
  readonly ridge: { c: number; predicted: number[] }[]
}

const reference = JSON.parse(
  readFileSync(new URL('../fixtures/reference/linear-heads.json', import.meta.url), 'utf8'),
) as Reference
const { train } = reference
const tf = nativeRuntime().tf

/** The script's: 64 pixels, each in a unit and at a place of its own. */
const rows = readFileSync(new URL('../../resources/samples/uci-digits/digits.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1, 1 + train + reference.test)
  .map((line) => line.split(',').map(Number))
const features = Float32Array.from(rows.flatMap((row) => row.slice(0, 64).map((value, j) => value * (1 + j) + 10 * j)))
const digits = Float64Array.from(rows, (row) => row[64]!)
const ink = Float64Array.from(rows, (row) => row.slice(0, 64).reduce((a, b) => a + b, 0))
const columns = 64
const classes = Array.from({ length: 10 }, (_, digit) => String(digit))
const trainRows = Array.from({ length: train }, (_, row) => row)

const samples: Samples = {
  shape: [columns],
  layer: 'features',
  storage: 'float32',
  normalisation: null,
  changes: null,
  held: null,
  load: (chosen) =>
    Float32Array.from(chosen.flatMap((row) => [...features.subarray(row * columns, (row + 1) * columns)])),
}

/** Raw outputs of the dense layer for the test rows. */
async function outputs(head: HeadInfo, targets: Float64Array, c: number, memoryBytes = 1e9): Promise<number[][]> {
  const before = tf.memory().numTensors
  const between = () => Promise.resolve()
  const opened = await openHeadSamples({ tf, samples, head, targets, rows: trainRows, memoryBytes, between })
  try {
    const start = new Float32Array((columns + 1) * opened.width)
    const { parameters } = await fitStrength(opened, c, start, () => undefined)
    const { kernel, bias } = foldIn(Float64Array.from(parameters), opened.scale, opened.width)
    return Array.from({ length: reference.test }, (_, i) =>
      Array.from({ length: opened.width }, (_unused, k) => {
        let sum = bias[k]!
        for (let j = 0; j < columns; j++) sum += features[(train + i) * columns + j]! * kernel[j * opened.width + k]!
        return sum
      }),
    )
  } finally {
    opened.dispose()
    expect(tf.memory().numTensors).toBe(before)
  }
}

const headOf = (isBalanced: boolean) =>
  describeHead({ name: 'digit', type: 'classification', classes, weight: 1 }, [...digits.slice(0, train)], isBalanced)

describe('a linear head to convergence', () => {
  test.each(reference.logistic)('is scikit-learn’s logistic regression at C = $c', async ({ c, probabilities }) => {
    const own = (await outputs(headOf(false), digits, c)).map((logits) => [...softmax(logits)])
    expect(largestDifference(own.flat(), probabilities.flat())).toBeLessThan(1e-3)
  })

  test('with balanced class weights, too', async () => {
    const { c, probabilities } = reference.balanced
    const own = (await outputs(headOf(true), digits, c)).map((logits) => [...softmax(logits)])
    expect(largestDifference(own.flat(), probabilities.flat())).toBeLessThan(1e-3)
  })

  test.each(reference.ridge)('of a number is scikit-learn’s ridge regression at C = $c', async ({ c, predicted }) => {
    const head = describeHead(
      { name: 'ink', type: 'regression', classes: [], weight: 1 },
      [...ink.slice(0, train)],
      false,
    )
    expect(largestDifference((await outputs(head, ink, c)).flat(), predicted)).toBeLessThan(1e-3)
  })

  test('is the same to the bit where its features are read again for each evaluation', async () => {
    expect(await outputs(headOf(false), digits, 0.1, 0)).toEqual(await outputs(headOf(false), digits, 0.1))
  })
})

test.each(reference.logistic.slice(0, 2))('a probe is scikit-learn’s, too, at C = $c', ({ c, probabilities }) => {
  const of = (from: number, to: number) => ({
    rows: to - from,
    columns,
    values: features.subarray(from * columns, to * columns),
  })
  const options = { classes: 10, c, iterations: 500 }
  const model = fitLogistic(tf, of(0, train), digits.subarray(0, train), options)
  const own = model.probabilities(of(train, rows.length))
  expect(largestDifference(own, probabilities.flat())).toBeLessThan(5e-3)
})
