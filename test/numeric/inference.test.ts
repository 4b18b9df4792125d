import { afterAll, describe, expect, test, vi } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { hasBfloat16 } from '../../src-main/base/cpu-features.ts'
import type { Network } from '../../src-main/contract/network.ts'
import { convNext } from '../../src-main/learning/architectures/convnext.ts'
import { ALL_ARCHITECTURES } from '../../src-main/learning/architectures/index.ts'
import { SessionPool } from '../../src-main/learning/engine/compile/session-pool.ts'
import { createInference, type InferenceParts } from '../../src-main/learning/engine/model/inference.ts'
import { initialWeights } from '../../src-main/learning/engine/model/initial-weights.ts'
import type { Tensor } from '../../src-main/learning/runtime.ts'
import type { WeightValues } from '../../src-main/learning/weights/weight-values.ts'
import { createPlainInference } from '../../src-main/learning/engine/model/plain-inference.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import { foldBatchNorm } from '../../src-main/learning/network/fold-batch-norm.ts'
import { networkUpTo } from '../../src-main/learning/network/network-up-to.ts'
import { nativeRuntime } from '../support/native-runtime.ts'
import { importedLayersNetwork, randomNetwork } from '../support/random-network.ts'
import { transformerNetwork } from '../support/transformer-network.ts'

const runtime = nativeRuntime()
const SIZE = 64
const BATCH = 4

/** Fresh weights with BatchNorms as trained ones have them. */
function trainedLike(network: Network): WeightValues {
  const states = Object.fromEntries(network.layers.map(({ name }) => [name, 'fresh' as const]))
  const weights = initialWeights(network, { states, base: null, seed: 3 })
  const random = seededRandom(5)
  for (const [name, { values }] of weights) {
    if (/\/(beta|moving_mean)$/.test(name)) values.forEach((_, i) => (values[i] = random() - 0.5))
    if (/\/(gamma|moving_variance)$/.test(name)) values.forEach((_, i) => (values[i] = 0.5 + random()))
  }
  return weights
}

function outputs(network: Network, weights: WeightValues, x: Float32Array, precision: InferenceParts['precision']) {
  const shape = network.layers[0]!.config['shape'] as number[]
  const samples = { shape, layer: null, storage: 'float32', normalisation: null } as const
  const inference = createInference(runtime, { network, weights, samples, precision })
  try {
    return inference.run(x)[0]!
  } finally {
    inference.dispose()
  }
}

test('layer by layer it gives the same, every output of every sample', () => {
  const network = transformerNetwork()
  const weights = trainedLike(network)
  const random = seededRandom(4)
  const x = Float32Array.from({ length: 3 * 30 }, () => random() * 2 - 1)
  const inference = createPlainInference(runtime, { network, weights, samples: { shape: [5, 6] } })
  const tensors = runtime.tf.memory().numTensors
  const [received] = inference.run(x)
  expect(received).toHaveLength(3 * 3)
  expect(relativeError(received!, outputs(network, weights, x, 'float32'))).toBeLessThan(1e-5)
  expect(runtime.tf.memory().numTensors).toBe(tensors)
  inference.dispose()
})

/** The network as it is, op by op. */
function plainOutputs(network: Network, weights: WeightValues, x: Float32Array): Float32Array {
  const { tf } = runtime
  const model = createModel(tf, network, weights, 0)
  const shape = network.layers[0]!.config['shape'] as number[]
  const result = tf.tidy(() =>
    model.forward(tf.tensor(x, [x.length / size(shape), ...shape]))[0]!.dataSync<'float32'>(),
  )
  model.dispose()
  return result
}

const size = (shape: readonly number[]) => shape.reduce((total, value) => total * value, 1)
const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))

function relativeError(values: Float32Array, exact: Float32Array): number {
  return norm(values.map((value, i) => value - exact[i]!)) / Math.max(norm(exact), 1e-6)
}

// Those of twenty million parameters take minutes, and are made of the same layers as the others and the small ConvNeXt below.
const left = ['lenet', 'vit-small-16', 'convnext-tiny', 'resnet34', 'resnet50']
const images = ALL_ARCHITECTURES.filter(({ inputs, type }) => inputs === 'image' && !left.includes(type))

describe.each(images.map((row) => [row.type, row] as const))('%s for inference', (_type, row) => {
  const network = row.build(row.params.schema.parse({}) as never, { kind: 'image', size: SIZE, channels: 3 })
  const norms = (layers: Network['layers']) => layers.filter(({ type }) => type === 'BatchNormalization')
  const middle = (norms(network.layers)[10] ?? network.layers.filter(({ type }) => type === 'Add')[8]!).name
  const random = seededRandom(1)
  const x = Float32Array.from({ length: BATCH * SIZE * SIZE * 3 }, () => random() * 2 - 1)

  const prepared = new Map<string, { part: Network; weights: WeightValues; exact: Float32Array }>()
  /** The network up to a cut, and what it gives op by op: two tests compare with that of the features. */
  const upTo = (cut: string) => {
    const known = prepared.get(cut)
    if (known !== undefined) return known
    const part = networkUpTo(network, cut)
    const weights = trainedLike(part)
    const made = { part, weights, exact: plainOutputs(part, weights, x) }
    prepared.set(cut, made)
    return made
  }
  afterAll(() => prepared.clear())

  test.each([
    ['its features', network.features],
    ['a cut in the middle', middle],
  ])('folded and in branches it gives the same: %s', (_what, cut) => {
    const { part, weights, exact } = upTo(cut)
    const folded = foldBatchNorm(part, weights, new Set()).network
    if (norms(part.layers).length === 0) expect(folded.layers).toEqual(part.layers)
    else expect(norms(folded.layers).length).toBeLessThan(norms(part.layers).length)
    // 52 layers of float32 in another order.
    expect(relativeError(outputs(part, weights, x, 'float32'), exact)).toBeLessThan(5e-5)
  })

  if (!hasBfloat16()) console.log('skipped: this CPU does not compute in bfloat16, so it is not offered here')
  test.skipIf(!hasBfloat16())('in bfloat16 it gives nearly the same', () => {
    const { part, weights, exact } = upTo(network.features)
    const error = relativeError(outputs(part, weights, x, 'bfloat16'), exact)
    // 8 bits a number through up to 52 layers of random weights, which trained ones do better than.
    expect(error).toBeLessThan(0.2)
    // It really computes in fewer bits.
    expect(error).toBeGreaterThan(1e-5)
  })
})

test.each(Array.from({ length: 12 }, (_, i) => i + 1))('random network %i: folded it gives the same', (seed) => {
  const network = randomNetwork(seededRandom(seed, 'fold'))
  const weights = trainedLike(network)
  const random = seededRandom(seed)
  const x = Float32Array.from({ length: BATCH * size(network.layers[0]!.config['shape'] as number[]) }, () => random())
  expect(relativeError(outputs(network, weights, x, 'float32'), plainOutputs(network, weights, x))).toBeLessThan(1e-5)
})

test('a small ConvNeXt: in branches it gives the same', () => {
  const shape = [SIZE, SIZE, 3]
  const sizes = { depths: [1, 1, 2, 1], widths: [4, 8, 12, 16], classes: 0 }
  const network = convNext({ name: 'convnext', shape, ...sizes })
  const weights = trainedLike(network)
  const random = seededRandom(8)
  const x = Float32Array.from({ length: BATCH * size(shape) }, () => random() * 2 - 1)
  expect(relativeError(outputs(network, weights, x, 'float32'), plainOutputs(network, weights, x))).toBeLessThan(1e-5)
})

test('a network of many weights keeps them out of its graph, and each part of a batch has the changes of its own rows', () => {
  const shape = [160, 160, 1]
  const layers: Network['layers'] = [
    { name: 'input', type: 'InputLayer', config: { shape }, inputs: [], block: 'all' },
    { name: 'patches', type: 'AveragePooling2D', config: { pool_size: [32, 32] }, inputs: ['input'], block: 'all' },
    { name: 'flat', type: 'Flatten', config: {}, inputs: ['patches'], block: 'all' },
    { name: 'wide', type: 'Dense', config: { units: 2900, activation: 'relu' }, inputs: ['flat'], block: 'all' },
    { name: 'wider', type: 'Dense', config: { units: 2900, use_bias: false }, inputs: ['wide'], block: 'all' },
  ]
  const blocks = [{ name: 'all', label: 'All' }]
  const network = { name: 'wide', blocks, layers, outputs: ['wider'], features: 'wider' }
  const pattern = (...shape: number[]) => {
    return { shape, values: Float32Array.from({ length: size(shape) }, (_, i) => ((i * 7919) % 1009) / 1009 - 0.5) }
  }
  const weights = new Map([
    ['wide/kernel', pattern(25, 2900)],
    ['wide/bias', pattern(2900)],
    ['wider/kernel', pattern(2900, 2900)],
  ])
  const changes = {
    draw: (tf: typeof runtime.tf, rows: readonly number[]) => [tf.tensor(rows, [rows.length, 1, 1, 1], 'float32')],
    apply: (tf: typeof runtime.tf, x: Tensor, [row]: readonly Tensor[]) => tf.mul(x, row!),
    mix: null,
  }
  const samples = { shape, layer: null, storage: 'float32', normalisation: null } as const
  const inference = createInference(runtime, { network, weights, samples, precision: 'float32' })
  const random = seededRandom(9)
  const x = Float32Array.from({ length: BATCH * size(shape) }, () => random() * 2 - 1)
  const rows = [4, 1, 3, 2]
  const take = vi.spyOn(SessionPool.prototype, 'take')
  const [received] = inference.run(x, { changes, rows, times: rows })
  inference.dispose()
  const graphs = take.mock.calls.map(([graph]) => graph.reduce((bytes, part) => bytes + part.byteLength, 0))
  take.mockRestore()
  // The weights are 34 MB.
  expect(graphs).toEqual([expect.toSatisfy((bytes: number) => bytes < 100_000)])
  const scaled = x.map((value, at) => value * rows[Math.floor(at / size(shape))]!)
  expect(relativeError(received!, plainOutputs(network, weights, scaled))).toBeLessThan(1e-5)
})

test('a transformer’s block: in branches it gives the same, BatchNorm behind tokens included', () => {
  const network = transformerNetwork()
  const weights = trainedLike(network)
  const random = seededRandom(7)
  const x = Float32Array.from({ length: BATCH * 5 * 6 }, () => random() * 2 - 1)
  expect(relativeError(outputs(network, weights, x, 'float32'), plainOutputs(network, weights, x))).toBeLessThan(1e-5)
})

const precisions = ['float32', ...(hasBfloat16() ? (['bfloat16'] as const) : [])] as const
test.each(precisions)('the layers of imported networks in %s', (precision) => {
  const network = importedLayersNetwork()
  const weights = trainedLike(network)
  const random = seededRandom(1)
  const x = Float32Array.from({ length: BATCH * 9 * 9 * 2 }, () => random() * 2 - 1)
  const error = relativeError(outputs(network, weights, x, precision), plainOutputs(network, weights, x))
  expect(error).toBeLessThan(precision === 'float32' ? 1e-5 : 0.2)
})

test('a LayerScale is folded into the layer before it', () => {
  const { layers } = importedLayersNetwork()
  const scale = layers.findIndex(({ type }) => type === 'LayerScale')
  const chain = [0, 3, scale].map((i) => layers[i]!)
  const linear = { ...chain[1]!, inputs: ['input'], config: { filters: 4, kernel_size: 3, groups: 2 } }
  const scaled = { ...chain[2]!, inputs: [linear.name] }
  const network = {
    ...importedLayersNetwork(),
    layers: [chain[0]!, linear, scaled],
    outputs: [scaled.name],
    features: scaled.name,
  }
  const weights = trainedLike(network)
  const folded = foldBatchNorm(network, weights, new Set())
  expect(folded.network.layers.map(({ type }) => type)).toEqual(['InputLayer', 'Conv2D'])
  const random = seededRandom(1)
  const x = Float32Array.from({ length: 9 * 9 * 2 }, () => random())
  const exact = plainOutputs(network, weights, x)
  expect(relativeError(plainOutputs(folded.network, folded.weights, x), exact)).toBeLessThan(1e-6)
})

test('what somebody asks for by name is not folded away', () => {
  const network = randomNetwork(seededRandom(4, 'fold'))
  const kept = new Set(network.layers.map(({ name }) => name))
  expect(foldBatchNorm(network, trainedLike(network), kept).network.layers).toEqual(network.layers)
})
