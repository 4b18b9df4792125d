import { expect, test } from 'vitest'
import { seededRandom } from '../../../src-main/base/seeded-random.ts'
import type { LossInput } from '../../../src-main/learning/engine/step/objective.ts'
import type { Samples, TrainingData } from '../../../src-main/learning/engine/data/training-data.ts'
import { ROTATION_OBJECTIVE } from '../../../src-main/learning/strategies/rotation-prediction/rotation-objective.ts'
import {
  rotatedData,
  rotatedTargets,
  rotateQuarters,
} from '../../../src-main/learning/strategies/rotation-prediction/rotations.ts'
import { rotationAmbiguities } from '../../../src-main/learning/strategies/rotation-prediction/rotation-symmetry.ts'
import { rotationMatrix } from '../../../src-main/learning/strategies/rotation-prediction/rotation-prediction.ts'
import type { Tensor, Tensor2D } from '../../../src-main/learning/runtime.ts'
import { nativeRuntime } from '../../support/native-runtime.ts'

const { tf } = nativeRuntime()
const values = (tensor: Tensor) => [...tensor.dataSync()]

test('a quarter turns counter-clockwise', () => {
  tf.tidy(() => {
    const image = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1])
    const turned = [0, 1, 2, 3, 4, -1].map((quarters) => values(rotateQuarters(tf, image, quarters)))
    expect(turned).toEqual([
      [1, 2, 3, 4],
      [2, 4, 1, 3],
      [4, 3, 2, 1],
      [3, 1, 4, 2],
      [1, 2, 3, 4],
      [3, 1, 4, 2],
    ])
  })
})

/** Three images of 3 x 3 pixels in two channels, as bytes. */
const SIZE = 3
const random = seededRandom(1)
const pixels = Uint8Array.from({ length: 3 * SIZE * SIZE * 2 }, () => random() * 256)

function stored(): TrainingData {
  const load = (rows: readonly number[]) =>
    Uint8Array.from(rows.flatMap((row) => [...pixels.subarray(row * 18, (row + 1) * 18)]))
  const samples: Samples = { shape: [3, 3, 2], layer: null, storage: 'uint8', normalisation: null, load, changes: null, held: null } // prettier-ignore
  return {
    samples,
    hashes: ['a', 'b', 'c'],
    targets: [Float64Array.of(0, 1, NaN)],
    rows: { train: [0, 1], validation: [1], test: [] },
    unlabelled: [2],
    hiddenTargets: null,
    copies: null,
    preprocessingKey: 'k',
  }
}

test('rows of the rotated data are what the tensor code makes of the images', async () => {
  const data = rotatedData(stored(), [0, 1, 2], [1])
  expect(data.rows).toEqual({ train: [0, 5, 10], validation: [4, 5, 6, 7], test: [] })
  expect([0, 5, 10, 7].map((row) => data.targets[0]![row])).toEqual([0, 1, 2, 3])
  expect(new Set(data.hashes).size).toBe(12)
  const rows = [1, 6, 11, 4]
  const loaded = await data.samples.load(rows, null)
  const wanted = tf.tidy(() => {
    const image = (row: number) => tf.tensor4d([...pixels.subarray(row * 18, (row + 1) * 18)], [1, 3, 3, 2])
    return rows.flatMap((row) => values(rotateQuarters(tf, image(Math.floor(row / 4)), row % 4)))
  })
  expect([...loaded]).toEqual(wanted)
})

test('who is turned by r and by q more is turned by r + q', () => {
  tf.tidy(() => {
    const targets = rotatedTargets(tf, tf.oneHot(tf.tensor1d([0, 3], 'int32'), 4).toFloat()) as Tensor2D
    expect(values(tf.argMax(targets, 1))).toEqual([0, 3, 1, 0, 2, 1, 3, 2])
  })
})

test('the loss is the mean cross entropy over all four copies in the batch', () => {
  tf.tidy(() => {
    const x = tf.tensor4d([...pixels].slice(0, 36).map((value) => value / 255), [2, 3, 3, 2]) // prettier-ignore
    const r = [1, 2]
    const weights = tf.randomNormal([18, 4], 0, 1, 'float32', 3) as Tensor2D
    const logitsOf = (batch: Tensor) => tf.matMul(tf.reshape(batch, [batch.shape[0]!, 18]), weights)
    const input = {
      x,
      targets: [{ target: tf.oneHot(tf.tensor1d(r, 'int32'), 4).toFloat(), weight: null }],
      forward: ({ x: batch }: { x: Tensor }) => [logitsOf(batch)],
    } as unknown as LossInput
    const { loss, outputs } = ROTATION_OBJECTIVE.loss(tf, input)
    let sum = 0
    for (const [i, own] of r.entries())
      for (let q = 0; q < 4; q++) {
        const one = tf.slice(x, [i, 0, 0, 0], [1, 3, 3, 2])
        const z = values(logitsOf(rotateQuarters(tf, one, q)))
        sum += Math.log(z.reduce((total, value) => total + Math.exp(value), 0)) - z[(own + q) % 4]!
      }
    expect(values(loss)[0]!).toBeCloseTo(sum / 8, 4)
    expect(values(outputs[0]!)).toEqual(values(logitsOf(x)))
  })
})

test('classes that look alike when they are turned are known by name', () => {
  const digits = Array.from({ length: 10 }, (_, i) => String(i))
  const found = rotationAmbiguities(digits)
  expect(found.flatMap(({ classes }) => classes)).toEqual(['6', '9', '0', '1', '8'])
  expect(found[0]!.why).toContain('180')
  expect(rotationAmbiguities(['6', '7'])).toEqual([])
  expect(rotationAmbiguities(['dog', 'cat', 'car', 'forestry'])).toEqual([])
  expect(rotationAmbiguities(['Aerial_view', 'dog']).map(({ classes }) => classes)).toEqual([['Aerial_view']])
})

test('the shown matrix has shares per true rotation, and warns near chance', () => {
  const rows = [0, 1, 2, 3, 4, 5, 6, 7]
  const perfect = Float32Array.from(rows.flatMap((row) => [0, 1, 2, 3].map((c) => (c === row % 4 ? 1 : 0))))
  expect(rotationMatrix(perfect, rows, 'validation', '')).toMatchObject({
    level: 'info',
    values: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], // prettier-ignore
  })
  const always = Float32Array.from(rows.flatMap(() => [1, 0, 0, 0]))
  const shown = rotationMatrix(always, rows, 'validation', '')
  expect(shown.level).toBe('warn')
  expect(shown.words).toContain('25.0 %')
})
