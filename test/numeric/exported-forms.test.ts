import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as plain from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { afterAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Layer, LayerType, Network } from '../../src-main/contract/network.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import type { ExportModel } from '../../src-main/learning/exporters/exporter.ts'
import { kerasExporter } from '../../src-main/learning/exporters/keras.ts'
import { tfjsExporter } from '../../src-main/learning/exporters/tfjs.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import type { Tf } from '../../src-main/learning/runtime.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-forms-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const SHAPE = [5, 6, 4]
const PADS = [[1, 1], [0, 1]] // prettier-ignore
type Part = readonly [LayerType, Record<string, unknown>]

/** Layers in a chain; what several formats have no word for. */
const CHAINS: Record<string, readonly Part[]> = {
  groups: [['Conv2D', { filters: 6, kernel_size: [3, 2], strides: 2, groups: 2, padding: 'same' }]],
  'groups with an activation of its own': [
    ['Conv2D', { filters: 4, kernel_size: 3, groups: 4, use_bias: false, activation: 'hard_silu' }],
  ],
  dilation: [
    ['Conv2D', { filters: 4, kernel_size: 2, dilation_rate: [1, 3] }],
    ['DepthwiseConv2D', { kernel_size: 2, dilation_rate: 2, padding: 'same' }],
  ],
  hard_sigmoid: [['Activation', { activation: 'hard_sigmoid' }]],
  'gelu_tanh of a depthwise convolution': [['DepthwiseConv2D', { kernel_size: 3, activation: 'gelu_tanh' }]],
  'leaky_relu, elu, selu, softplus': [
    ['Conv2D', { filters: 3, kernel_size: 1, activation: 'leaky_relu' }],
    ['Activation', { activation: 'elu' }],
    ['Activation', { activation: 'selu' }],
    ['Activation', { activation: 'softplus' }],
  ],
  'ReLU with a slope': [['ReLU', { negative_slope: 0.3 }]],
  'ReLU with a slope and a bound': [['ReLU', { negative_slope: 0.3, max_value: 0.5 }]],
  LeakyReLU: [['LeakyReLU', { negative_slope: 0.1 }]],
  PReLU: [['PReLU', { shared_axes: [1, 2] }]],
  'PReLU, a slope for each value': [['PReLU', {}]],
  Rescaling: [['Rescaling', { scale: 0.5, offset: 2 }]],
  'Rescaling for each channel': [['Rescaling', { scale: [0.5, 1, 2, 3], offset: 2 }]],
  Normalization: [['Normalization', { mean: [0.5, 0.1, 0.2, 0], variance: [4, 1, 2, 0.5] }]],
  LayerScale: [['LayerScale', {}]],
  'LayerScale and Normalization of a vector': [
    ['Flatten', {}],
    ['Normalization', { mean: 0.5, variance: 4 }],
    ['LayerScale', {}],
  ],
  StochasticDepth: [['StochasticDepth', { drop_path_rate: 0.5 }]],
  'max pooling with padding, of what is not negative': [
    ['ReLU', {}],
    ['MaxPooling2D', { pool_size: 3, strides: 2, padding: PADS }],
  ],
  'max pooling with the padding of "same"': [
    ['MaxPooling2D', { pool_size: 3, strides: 2, padding: [[1, 1], [0, 1]] }], // prettier-ignore
  ],
  'average pooling with the padding of "same"': [
    ['AveragePooling2D', { pool_size: 2, padding: [[0, 1], [0, 0]] }], // prettier-ignore
  ],
  'poolings that keep their axes': [
    ['GlobalMaxPooling2D', { keepdims: true }],
    ['GlobalAveragePooling2D', { keepdims: true }],
  ],
  'tokens: LayerNormalization and Dense': [
    ['Reshape', { target_shape: [30, 4] }],
    ['LayerNormalization', { epsilon: 1e-6 }],
    ['Dense', { units: 5, activation: 'gelu' }],
    ['LayerNormalization', { center: false }],
    ['LayerScale', {}],
  ],
  'class token, positions, a token': [
    ['Reshape', { target_shape: [30, 4] }],
    ['ClassToken', { tokens: 2 }],
    ['PositionalEmbedding', {}],
    ['Dense', { units: 3 }],
    ['SelectToken', { index: 7 }],
  ],
  'positions of another input size': [
    ['Reshape', { target_shape: [30, 4] }],
    ['PositionalEmbedding', { resized: { prefix: 2, from: [3, 3], to: [4, 7] } }],
  ],
  'attention of several heads': [
    ['Reshape', { target_shape: [30, 4] }],
    ['MultiHeadAttention', { num_heads: 3, key_dim: 5, dropout: 0.1 }],
    ['GlobalAveragePooling1D', {}],
  ],
  'attention of one head without biases': [
    ['Reshape', { target_shape: [30, 4] }],
    ['MultiHeadAttention', { num_heads: 1, key_dim: 2, use_bias: false }],
    ['GlobalAveragePooling1D', { keepdims: true }],
  ],
  'bilinear UpSampling2D': [['UpSampling2D', { size: [3, 2], interpolation: 'bilinear' }]],
  'bilinear UpSampling2D along one axis': [['UpSampling2D', { size: [1, 4], interpolation: 'bilinear' }]],
  'Cropping2D, nearest UpSampling2D, Reshape': [
    ['Cropping2D', { cropping: [[1, 0], [2, 1]] }], // prettier-ignore
    ['UpSampling2D', { size: [2, 3] }],
    ['Reshape', { target_shape: [-1, 4, 9] }],
  ],
}

function chain(parts: readonly Part[]): Network {
  const layers: Layer[] = [{ name: 'input', type: 'InputLayer', config: { shape: SHAPE }, inputs: [], block: 'b' }]
  const add = (name: string, [type, config]: Part, inputs = [layers.at(-1)!.name]) =>
    layers.push({ name, type, config, inputs, block: 'b' })
  parts.forEach((part, i) => add(`layer${i}`, part))
  add('flat', ['Flatten', {}])
  add('head', ['Dense', { units: 3 }])
  return { name: 'chain', blocks: [], layers, outputs: ['head'], features: 'flat' }
}

/** A square. */
function squared(): Network {
  const network = chain([['Rescaling', { scale: 2 }], ['Multiply', {}]]) // prettier-ignore
  network.layers[2]!.inputs = ['layer0', 'layer0']
  return network
}

/** Squeeze and excite: a map of one pixel scales all. */
function excited(): Network {
  const network = chain([['GlobalAveragePooling2D', { keepdims: true }], ['Multiply', {}]]) // prettier-ignore
  network.layers[2]!.inputs = ['input', 'layer0']
  return network
}

function modelOf(network: Network): ExportModel {
  const { weights } = inferNetwork(network)
  const values = new Map(
    weights.map(({ fullName, shape }) => {
      const random = seededRandom(1, fullName)
      return [fullName, Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() - 0.4)]
    }),
  )
  const preprocessing = { kind: 'table' as const, columns: [] }
  const heads = [{ name: 'head', column: 'c', type: 'regression' as const, classes: [] }]
  return { network, weights, read: (name) => values.get(name)!, preprocessing, heads }
}

const random = seededRandom(3, 'x')
const X = Float32Array.from({ length: 2 * SHAPE.reduce((a, b) => a * b, 1) }, () => random() * 4 - 2)

function inside({ network, weights, read }: ExportModel): Float32Array {
  const tf = nativeRuntime().tf
  tf.setBackend('tensorflow')
  const values = new Map(weights.map(({ fullName, shape }) => [fullName, { shape, values: read(fullName) }]))
  const model = createModel(tf, network, values, 0)
  const y = tf.tidy(() =>
    model
      .forward(tf.tensor(X, [2, ...SHAPE]))[0]!
      .dataSync<'float32'>()
      .slice(),
  )
  model.dispose()
  return y
}

describe.each([tfjsExporter, kerasExporter])('$type', (exporter) => {
  const networks = { ...Object.fromEntries(Object.entries(CHAINS).map(([name, parts]) => [name, chain(parts)])), 'squeeze and excite': excited(), 'one input twice': squared() } // prettier-ignore
  it.each(Object.entries(networks))('%s: the file gives the same outputs', async (_name, network) => {
    const model = modelOf(network)
    const expected = inside(model)
    const target = mkdtempSync(join(folder, 'model-'))
    expect(exporter.refuses(model)).toBeNull()
    await exporter.write(model, target)
    const tf = plain as unknown as Tf
    await tf.setBackend('wasm')
    const predict = await exporter.load!(tf, target)
    const received = tf.tidy(() =>
      predict(tf.tensor(X, [2, ...SHAPE]))[0]!
        .dataSync()
        .slice(),
    )
    expect(largestDifference(received, [...expected])).toBeLessThan(2e-5)
    expect(largestDifference(received.slice(0, 3), [...received.slice(3)])).toBeGreaterThan(1e-3)
  })

  it.each([
    ['MaxPooling2D', { pool_size: 3, strides: 2, padding: [[1, 0], [1, 1]] }, /may be negative/], // prettier-ignore
    ['AveragePooling2D', { pool_size: 3, strides: 2, padding: [[1, 0], [1, 1]] }, /count into the average/], // prettier-ignore
    ['Conv2D', { filters: 2, kernel_size: 2, dilation_rate: 2, strides: 2 }, /both strides and dilation/],
  ] as const)('%s %j is refused by its name', async (type, config, why) => {
    const model = modelOf(chain([[type, config]]))
    const refusal = expect.objectContaining({ code: 'E_MODEL_UNSUPPORTED', message: expect.stringMatching(why) })
    expect(exporter.refuses(model)).toEqual(refusal)
    expect(exporter.refuses(model)!.message).toContain(`"layer0" (${type})`)
    await expect(exporter.write(model, folder)).rejects.toEqual(refusal)
  })
})
