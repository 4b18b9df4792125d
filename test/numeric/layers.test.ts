import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Layer, LayerType, Network } from '../../src-main/contract/network.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import type { Tensor } from '../../src-main/learning/runtime.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'

type Nested = number | Nested[]
const reference = JSON.parse(readFileSync(new URL('../fixtures/reference/layers.json', import.meta.url), 'utf8')) as {
  x: Nested
} & Record<'conv2d' | 'depthwise' | 'batch_norm', Record<string, Nested>>

const flat = (value: Nested): number[] => (Array.isArray(value) ? value.flatMap(flat) : [value])
const shapeOf = (value: Nested): number[] => (Array.isArray(value) ? [value.length, ...shapeOf(value[0]!)] : [])
// float32 sums of up to 2 * 5 * 6 products of size one, in another order than PyTorch's.
const TOLERANCE = 2e-5

function networkOf(type: LayerType, config: Record<string, unknown>): Network {
  const layer = (name: string, kind: LayerType, args: Record<string, unknown>, inputs: string[]): Layer => {
    return { name, type: kind, config: args, inputs, block: 'b' }
  }
  const layers = [layer('input', 'InputLayer', { shape: [5, 6, 3] }, []), layer('it', type, config, ['input'])]
  return { name: 'one', blocks: [{ name: 'b', label: 'b' }], layers, outputs: ['it'], features: 'it' }
}

const CASES = [
  {
    name: 'conv2d' as const,
    network: networkOf('Conv2D', {
      filters: 4,
      kernel_size: [3, 3],
      strides: [2, 2],
      padding: 'same',
      use_bias: false,
    }),
    weights: { kernel: 'kernel' },
  },
  {
    name: 'depthwise' as const,
    network: networkOf('DepthwiseConv2D', { kernel_size: [3, 3], strides: [2, 2], padding: 'same', use_bias: false }),
    weights: { depthwise_kernel: 'kernel' },
  },
  {
    name: 'batch_norm' as const,
    network: networkOf('BatchNormalization', { epsilon: 1e-3, momentum: 0.99 }),
    weights: { gamma: 'gamma', beta: 'beta' },
  },
]

function modelOf({ name, network, weights }: (typeof CASES)[number]) {
  const { tf } = nativeRuntime()
  const values = new Map(
    Object.entries(weights).map(([weight, key]) => {
      const value = reference[name][key]!
      return [`it/${weight}`, { shape: shapeOf(value), values: Float32Array.from(flat(value)) }]
    }),
  )
  const averages = { shape: [3], values: new Float32Array(3) }
  values.set('it/moving_mean', averages).set('it/moving_variance', { shape: [3], values: new Float32Array(3).fill(1) })
  return createModel(tf, network, values, 0)
}

describe.each(CASES)('$name is PyTorch’s', (entry) => {
  test('output, gradients, moving averages; no tensor is left', () => {
    const { tf } = nativeRuntime()
    const before = tf.memory().numTensors
    const model = modelOf(entry)
    const wanted = reference[entry.name]
    const names = Object.keys(entry.weights)
    tf.tidy(() => {
      const training = { step: tf.scalar(0, 'int32'), layers: new Set(['it']) }
      const x = tf.tensor(flat(reference.x), shapeOf(reference.x))
      const dy = tf.tensor(flat(wanted['grad_y']!), shapeOf(wanted['grad_y']!))
      const start = new Map([...model.weights].map(([name, v]) => [name, v.clone()]))
      const y = model.forward(x, { training })[0]!
      expect(largestDifference(y.dataSync(), flat(wanted['y']!))).toBeLessThan(TOLERANCE)
      if (entry.name === 'batch_norm') {
        const moved = (name: string) => model.weights.get(`it/${name}`)!.dataSync()
        expect(largestDifference(moved('moving_mean'), flat(wanted['moving_mean']!))).toBeLessThan(1e-6)
        expect(largestDifference(moved('moving_variance'), flat(wanted['moving_variance_unbiased']!))).toBeLessThan(
          1e-6,
        )
      }
      for (const [name, v] of model.weights) v.assign(start.get(name)!)
      const gradX = tf.grad((input: Tensor) => model.forward(input, { training })[0]!)(x, dy)
      expect(largestDifference(gradX.dataSync(), flat(wanted['grad_x']!))).toBeLessThan(TOLERANCE)
      const variables = names.map((name) => model.weights.get(`it/${name}`)!)
      const { grads } = tf.variableGrads(() => tf.sum(tf.mul(model.forward(x, { training })[0]!, dy)), variables)
      names.forEach((name, i) => {
        const key = `grad_${Object.values(entry.weights)[i]!}`
        expect(largestDifference(grads[variables[i]!.name]!.dataSync(), flat(wanted[key]!)), name).toBeLessThan(
          TOLERANCE,
        )
      })
    })
    model.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})
