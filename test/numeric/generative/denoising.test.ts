import { expect, test } from 'vitest'
import type { Preprocessing } from '../../../src-main/contract/network.ts'
import type { LossInput } from '../../../src-main/learning/engine/step/objective.ts'
import type { Samples, TrainingData } from '../../../src-main/learning/engine/data/training-data.ts'
import { corrupt, corruptedData } from '../../../src-main/learning/strategies/denoising-autoencoder/corruption.ts'
import { autoencoder } from '../../../src-main/learning/strategies/denoising-autoencoder/decoder.ts'
import {
  denoisingObjective,
  meanError,
  reconstructionLoss,
  restorationError,
  restorationText,
} from '../../../src-main/learning/strategies/denoising-autoencoder/denoising.ts'
import { mlp } from '../../../src-main/learning/architectures/mlp.ts'
import { lenet } from '../../../src-main/learning/architectures/lenet.ts'
import { inferNetwork } from '../../../src-main/learning/network/infer.ts'
import type { Scalar, Tensor } from '../../../src-main/learning/runtime.ts'
import { largestDifference, nativeRuntime } from '../../support/native-runtime.ts'

const { tf } = nativeRuntime()
const values = (tensor: Tensor) => [...tensor.dataSync()]
const step = (n: number) => tf.scalar(n, 'int32') as Scalar

test('masking sets the wanted share to zero and leaves the rest; the next step draws others', () => {
  tf.tidy(() => {
    const ones = tf.ones([100, 200])
    const [a, again, b] = [1, 1, 2].map((n) => values(corrupt(tf, ones, { kind: 'masking', amount: 0.3 }, 5, step(n))))
    expect(new Set(a)).toEqual(new Set([0, 1]))
    // 20,000 draws: three standard deviations are .01.
    expect(a!.filter((value) => value === 0).length / a!.length).toBeCloseTo(0.3, 1)
    expect(again).toEqual(a)
    expect(b).not.toEqual(a)
  })
})

test('Gaussian noise has mean 0 and the wanted deviation', () => {
  tf.tidy(() => {
    const noise = values(corrupt(tf, tf.zeros([100, 200]), { kind: 'gaussian', amount: 0.3 }, 5, step(1)))
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length
    const deviation = Math.sqrt(noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length)
    expect(Math.abs(mean)).toBeLessThan(0.01)
    expect(deviation).toBeCloseTo(0.3, 2)
    // A normal distribution has 68.3 % within one deviation, a uniform one 57.7 %.
    const within = noise.filter((value) => Math.abs(value) < 0.3).length / noise.length
    expect(within).toBeCloseTo(0.683, 2)
  })
})

const IMAGE: Preprocessing = { kind: 'image', height: 2, width: 2, channels: 1, mean: [0.4], std: [0.25], resize: 'stretch' } // prettier-ignore
const TABLE: Preprocessing = { kind: 'table', columns: [] }

/** What the network is given, and a network that gives back twice that. */
function inputOf(x: Tensor, seen: { x?: number[] }): LossInput {
  const forward = ({ x: given }: { x: Tensor }) => {
    seen.x = values(given)
    return [tf.mul(tf.reshape(given, [given.shape[0]!, -1]), 2)]
  }
  return { x, step: step(3), forward } as unknown as LossInput
}

test('the network sees the damaged sample, and is held against the whole one', () => {
  tf.tidy(() => {
    const pixels = [0.2, 0.9, 1, 0]
    const x = tf.tensor4d(pixels.map((p) => (p - 0.4) / 0.25), [1, 2, 2, 1]) // prettier-ignore
    const corruption = { kind: 'masking', amount: 0.5 } as const
    const seen: { x?: number[] } = {}
    const { loss, outputs } = denoisingObjective(IMAGE, { corruption, loss: 'cross-entropy', seed: 9 }).loss(tf, inputOf(x, seen)) // prettier-ignore
    const damaged = values(corrupt(tf, tf.tensor4d(pixels, [1, 2, 2, 1]), corruption, 9, step(3)))
    expect(damaged).not.toEqual(pixels)
    // Zero is black, which is not zero for the network.
    expect(largestDifference(seen.x!, damaged.map((p) => (p - 0.4) / 0.25))).toBeLessThan(1e-5) // prettier-ignore
    const wanted = pixels.map((p, i) => {
      const q = 1 / (1 + Math.exp(-2 * seen.x![i]!))
      return -(p * Math.log(q) + (1 - p) * Math.log(1 - q))
    })
    expect(values(loss)[0]!).toBeCloseTo(wanted.reduce((sum, value) => sum + value, 0) / 4, 4)
    expect(outputs).toEqual([])
  })
})

test('columns are damaged as they are, with the squared error', () => {
  tf.tidy(() => {
    const x = tf.tensor2d([[1, -2, 0.5]])
    const seen: { x?: number[] } = {}
    const settings = { corruption: { kind: 'masking', amount: 0 }, loss: 'squared-error', seed: 1 } as const
    const { loss } = denoisingObjective(TABLE, settings).loss(tf, inputOf(x, seen))
    expect(seen.x).toEqual([1, -2, 0.5])
    expect(values(loss)[0]!).toBeCloseTo((1 + 4 + 0.25) / 3, 6)
  })
  expect([reconstructionLoss('auto', 'image'), reconstructionLoss('auto', 'table')]).toEqual(['cross-entropy', 'squared-error']) // prettier-ignore
  expect(reconstructionLoss('squared-error', 'image')).toBe('squared-error')
})

function data(storage: 'uint8' | 'float32'): TrainingData {
  const fill = (rows: readonly number[]) => rows.flatMap((row) => [row, 100, 200, 255])
  const load = (rows: readonly number[]) =>
    storage === 'uint8' ? Uint8Array.from(fill(rows)) : Float32Array.from(fill(rows))
  const samples: Samples = { shape: [4], layer: null, storage, normalisation: null, load, changes: null, held: null }
  const rows = { train: [0, 1], validation: [], test: [] }
  return { samples, hashes: ['a', 'b'], targets: [], rows, unlabelled: [], hiddenTargets: null, copies: null, preprocessingKey: 'k' } // prettier-ignore
}

test('damage for show depends on the row alone, and bytes stay bytes', async () => {
  for (const corruption of [
    { kind: 'masking', amount: 0.5 },
    { kind: 'gaussian', amount: 0.3 },
  ] as const) {
    const damaged = corruptedData(data('uint8'), corruption, 4)
    const both = await damaged.samples.load([0, 1], null)
    const second = await damaged.samples.load([1], null)
    expect(both).toBeInstanceOf(Uint8Array)
    expect([...both.subarray(4)]).toEqual([...second])
    expect([...both]).not.toEqual([0, 100, 200, 255, 1, 100, 200, 255])
    const numbers = await corruptedData(data('float32'), corruption, 4).samples.load([0, 1], null)
    expect(numbers).toBeInstanceOf(Float32Array)
    expect([...numbers]).not.toEqual([0, 100, 200, 255, 1, 100, 200, 255])
  }
})

test('the decoder mirrors Dense layers, and has one in place of convolutions', () => {
  const dense = mlp.build(mlp.params.schema.parse({ hidden: '30,20,10' }), { kind: 'image', size: 8, channels: 1 })
  const widths = (network: ReturnType<typeof autoencoder>) => {
    const { shapes } = inferNetwork(network)
    return network.layers.filter(({ type }) => type === 'Dense').map(({ name }) => shapes.get(name)![0])
  }
  const mirrored = autoencoder(dense, dense.features, 99)
  expect(widths(mirrored)).toEqual([30, 20, 10, 20, 30, 64])
  expect(mirrored.outputs).toEqual(['decoder_output'])
  const maps = lenet.build(lenet.params.schema.parse({}), { kind: 'image', size: 28, channels: 1 })
  const convolutional = widths(autoencoder(maps, maps.features, 99))
  expect(convolutional.slice(-2)).toEqual([99, 784])
})

test('restored is what the samples differ by, less what is still wrong', () => {
  const whole = Float32Array.of(0, 1, 1, 0)
  const shown = { size: 2, whole, damaged: whole, restored: Float32Array.of(0, 0.5, 1, 0) }
  expect(restorationError(shown)).toBeCloseTo(0.0625, 6)
  expect(meanError(shown)).toBeCloseTo(0.25, 6)
  expect(restorationText(shown, '').words).toContain('75 %')
  const bad = restorationText({ ...shown, restored: Float32Array.of(1, 0, 0, 1) }, '')
  expect([bad.level, bad.words.includes('no better than the mean')]).toEqual(['warn', true])
})
