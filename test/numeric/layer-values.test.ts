import { describe, expect, test } from 'vitest'
import type { Layer, LayerType, Network } from '../../src-main/contract/network.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'

interface Case {
  readonly type: LayerType
  readonly config?: Record<string, unknown>
  /** Without the batch. */
  readonly shape: readonly number[]
  readonly x: readonly number[]
  readonly weights?: Record<string, { shape: number[]; values: number[] }>
  readonly y: number[]
}

/** One sample through one layer; worked out by hand. */
const CASES: Record<string, Case> = {
  'groups see their own channels only': {
    type: 'Conv2D',
    config: { filters: 2, kernel_size: 1, groups: 2, use_bias: true },
    shape: [1, 2, 4],
    x: [1, 2, 3, 4, 5, 6, 7, 8],
    // Kernel [1, 1, 2, 2]: filter 0 is (1, 10) on channels 0 and 1, filter 1 is (100, 1000) on channels 2 and 3.
    weights: {
      kernel: { shape: [1, 1, 2, 2], values: [1, 100, 10, 1000] },
      bias: { shape: [2], values: [0.5, 0.25] },
    },
    y: [21.5, 4300.25, 65.5, 8700.25],
  },
  'PyTorch’s MaxPool2d(3, 2, 1) never takes its padding': {
    type: 'MaxPooling2D',
    config: { pool_size: 3, strides: 2, padding: [[1, 1], [1, 1]] }, // prettier-ignore
    shape: [4, 4, 1],
    x: [-1, -2, -3, -4, -5, -6, -7, -8, -9, -10, -11, -12, -13, -14, -15, -16],
    y: [-1, -2, -5, -6],
  },
  'ceil_mode: the last window hangs over the edge': {
    type: 'MaxPooling2D',
    config: { pool_size: 2, padding: [[0, 1], [0, 1]] }, // prettier-ignore
    shape: [3, 3, 1],
    x: [-1, -2, -3, -4, -5, -6, -7, -8, -9],
    y: [-1, -3, -7, -9],
  },
  'PyTorch’s AvgPool2d(2, 2, 1, count_include_pad=False)': {
    type: 'AveragePooling2D',
    config: { pool_size: 2, padding: [[1, 1], [1, 1]] }, // prettier-ignore
    shape: [2, 2, 1],
    x: [1, 2, 3, 4],
    y: [1, 2, 3, 4],
  },
  'averages at an edge are over pixels': {
    type: 'AveragePooling2D',
    config: { pool_size: 3, strides: 1, padding: [[1, 1], [1, 1]] }, // prettier-ignore
    shape: [2, 3, 1],
    x: [1, 2, 3, 4, 5, 6],
    y: [3, 3.5, 4, 3, 3.5, 4],
  },
  'a scale for each channel': {
    type: 'Rescaling',
    config: { scale: [2, 3], offset: [1, -1] },
    shape: [1, 2, 2],
    x: [1, 2, 3, 4],
    y: [3, 5, 7, 11],
  },
  'mean and variance of a channel': {
    type: 'Normalization',
    config: { mean: [1, 2], variance: [4, 0] },
    shape: [1, 1, 2],
    x: [5, 2],
    y: [2, 0],
  },
  LeakyReLU: { type: 'LeakyReLU', shape: [3], x: [-10, 0, 2], y: [-3, 0, 2] },
  'ReLU with a slope and a bound': {
    type: 'ReLU',
    config: { negative_slope: 0.5, max_value: 6 },
    shape: [3],
    x: [-10, 3, 8],
    y: [-5, 3, 6],
  },
  'PReLU with a slope for each channel': {
    type: 'PReLU',
    config: { shared_axes: [1, 2] },
    shape: [1, 2, 2],
    x: [-1, -1, 2, -3],
    weights: { alpha: { shape: [1, 1, 2], values: [0.1, 0.25] } },
    y: [-0.1, -0.25, 2, -0.75],
  },
  LayerScale: {
    type: 'LayerScale',
    shape: [1, 2, 2],
    x: [1, 2, 3, 4],
    weights: { gamma: { shape: [2], values: [10, 0.5] } },
    y: [10, 1, 30, 2],
  },
  'StochasticDepth in inference': {
    type: 'StochasticDepth',
    config: { drop_path_rate: 0.5 },
    shape: [2],
    x: [1, 2],
    y: [1, 2],
  },
  'the largest of each channel': {
    type: 'GlobalMaxPooling2D',
    config: { keepdims: true },
    shape: [2, 1, 2],
    x: [-1, 5, -3, 2],
    y: [-1, 5],
  },
  Cropping2D: {
    type: 'Cropping2D',
    config: { cropping: [[1, 0], [0, 1]] }, // prettier-ignore
    shape: [2, 3, 1],
    x: [1, 2, 3, 4, 5, 6],
    y: [4, 5],
  },
  'nearest pixels': {
    type: 'UpSampling2D',
    config: { size: [1, 3] },
    shape: [1, 2, 1],
    x: [1, 2],
    y: [1, 1, 1, 2, 2, 2],
  },
  // torch.nn.functional.interpolate(mode="bilinear", align_corners=False), and Keras.
  'pixels between, at half places': {
    type: 'UpSampling2D',
    config: { size: [2, 2], interpolation: 'bilinear' },
    shape: [2, 2, 1],
    x: [0, 4, 8, 12],
    y: [0, 1, 3, 4, 2, 3, 5, 6, 6, 7, 9, 10, 8, 9, 11, 12],
  },
  Reshape: { type: 'Reshape', config: { target_shape: [-1, 1] }, shape: [1, 2, 2], x: [1, 2, 3, 4], y: [1, 2, 3, 4] },
  // Keras 3: relu6(x + 3) / 6, x times that; gelu(approximate=True) by its formula.
  hard_sigmoid: { ...activation('hard_sigmoid'), y: [0, 1 / 3, 0.5, 2 / 3, 1] },
  hard_silu: { ...activation('hard_silu'), y: [0, -1 / 3, 0, 2 / 3, 4] },
  leaky_relu: { ...activation('leaky_relu'), y: [-0.8, -0.2, 0, 1, 4] },
  elu: { ...activation('elu'), y: [Math.exp(-4) - 1, Math.exp(-1) - 1, 0, 1, 4] },
  softplus: { ...activation('softplus'), y: [-4, -1, 0, 1, 4].map((x) => Math.log(1 + Math.exp(x))) },
  gelu_tanh: { ...activation('gelu_tanh'), y: [-0.00007, -0.158808, 0, 0.841192, 3.99993] },
  gelu: { ...activation('gelu'), y: [-0.000127, -0.158655, 0, 0.841345, 3.999873] },
}

function activation(name: string) {
  return { type: 'Activation', config: { activation: name }, shape: [5], x: [-4, -1, 0, 1, 4] } as const
}

function modelOf({ type, config = {}, shape, weights = {} }: Omit<Case, 'x' | 'y'>) {
  const layer = (name: string, kind: LayerType, args: Record<string, unknown>, inputs: string[]): Layer => {
    return { name, type: kind, config: args, inputs, block: 'b' }
  }
  const layers = [layer('input', 'InputLayer', { shape }, []), layer('it', type, config, ['input'])]
  const network: Network = { name: 'one', blocks: [], layers, outputs: ['it'], features: 'it' }
  const values = Object.entries(weights).map(([name, weight]) => {
    return [`it/${name}`, { shape: weight.shape, values: Float32Array.from(weight.values) }] as const
  })
  return createModel(nativeRuntime().tf, network, new Map(values), 3)
}

describe('one layer by hand', () => {
  test.each(Object.entries(CASES))('%s', (_name, entry) => {
    const { tf } = nativeRuntime()
    const before = tf.memory().numTensors
    const model = modelOf(entry)
    tf.tidy(() => {
      const y = model.forward(tf.tensor([...entry.x], [1, ...entry.shape]))[0]!
      expect(y.size).toBe(entry.y.length)
      expect(largestDifference(y.dataSync(), entry.y)).toBeLessThan(1e-6)
    })
    model.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  test('scaling by a map of one pixel: squeeze and excite', () => {
    const { tf } = nativeRuntime()
    const layer = (name: string, type: LayerType, config: Record<string, unknown>, inputs: string[]): Layer => {
      return { name, type, config, inputs, block: 'b' }
    }
    const layers = [
      layer('input', 'InputLayer', { shape: [1, 2, 2] }, []),
      layer('mean', 'GlobalAveragePooling2D', { keepdims: true }, ['input']),
      layer('scaled', 'Multiply', {}, ['input', 'mean']),
    ]
    const network = { name: 'se', blocks: [], layers, outputs: ['scaled'], features: 'scaled' }
    const model = createModel(tf, network, new Map(), 0)
    tf.tidy(() => {
      const y = model.forward(tf.tensor([1, 2, 3, 4], [1, 1, 2, 2]))[0]!
      expect([...y.dataSync()]).toEqual([2, 6, 6, 12])
    })
    model.dispose()
  })

  test('StochasticDepth in training drops or keeps whole samples, by seed and step alone', () => {
    const { tf } = nativeRuntime()
    const model = modelOf({ type: 'StochasticDepth', config: { drop_path_rate: 0.25 }, shape: [2, 3] })
    const run = (step: number) =>
      tf.tidy(() => {
        const training = { step: tf.scalar(step, 'int32'), layers: new Set(['it']) }
        return [...model.forward(tf.ones([400, 2, 3]), { training })[0]!.dataSync()]
      })
    const [first, again, other] = [run(1), run(1), run(2)]
    const samples = Array.from({ length: 400 }, (_, i) => first.slice(i * 6, i * 6 + 6))
    const kept = samples.filter(([value]) => value! > 0)
    expect(samples.every((values) => values.every((value) => value === values[0]))).toBe(true)
    expect(kept.length / 400).toBeGreaterThan(0.68)
    expect(kept.length / 400).toBeLessThan(0.82)
    expect(kept[0]![0]).toBeCloseTo(1 / 0.75, 5)
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
    model.dispose()
  })
})
