import { describe, expect, it } from 'vitest'
import type { FlatLayer } from '../../../../src-main/learning/importers/keras/flatten-model.ts'
import { ruleFor } from '../../../../src-main/learning/importers/keras/layer-rules.ts'
import type { Piece, RuleContext } from '../../../../src-main/learning/importers/keras/rule.ts'

const notes: string[] = []
const context: RuleContext = {
  shapes: [[8, 8, 6], [8, 8, 6]], // prettier-ignore
  numbers: [null],
  find: (_, [name]) => ({ shape: [3], read: () => Float32Array.from(name === 'mean' ? [1, 2, 3] : [4, 5, 6]) }),
  isLegacy: false,
  note: (problem) => void notes.push(problem),
}

function become(className: string, config: Record<string, unknown>, more: Partial<RuleContext> = {}): readonly Piece[] {
  const inputs = more.numbers?.map((number) => (number === null ? 3 : { value: number })) ?? [3]
  const layer: FlatLayer = { title: 'x', className, config, within: [], kerasPath: '', inputs }
  return ruleFor(layer, { ...context, ...more })
}
const typed = (pieces: readonly Piece[]): unknown => pieces.map(({ type, config }) => [type, config])
const two = { numbers: [null, null] }

describe("what Keras' layers become", () => {
  it.each<[string, string, Record<string, unknown>, Partial<RuleContext>, unknown]>([
    ['dropout of samples', 'Dropout', { rate: 0.2, noise_shape: [null, 1, 1, 1] }, {}, [['StochasticDepth', { drop_path_rate: 0.2 }]]],
    ['dropout', 'Dropout', { rate: 0.2, noise_shape: null, seed: 3 }, {}, [['Dropout', { rate: 0.2 }]]],
    ['survival', 'StochasticDepth', { survival_probability: 0.75 }, {}, [['StochasticDepth', { drop_path_rate: 0.25 }]]],
    ['a slope of Keras 2', 'LeakyReLU', { alpha: 0.1 }, {}, [['LeakyReLU', { negative_slope: 0.1 }]]],
    ['a slope of Keras 3', 'LeakyReLU', { negative_slope: 0.2 }, {}, [['LeakyReLU', { negative_slope: 0.2 }]]],
    ['ELU', 'ELU', { alpha: 1 }, {}, [['Activation', { activation: 'elu' }]]],
    ['ReLU without a bound', 'ReLU', { max_value: null, negative_slope: 0, threshold: 0 }, {}, [['ReLU', {}]]],
    ['swish', 'Activation', { activation: 'swish' }, {}, [['Activation', { activation: 'silu' }]]],
    ['an activation as an object', 'Activation', { activation: { module: 'builtins', class_name: 'function', config: 'relu6' } }, {}, [['Activation', { activation: 'relu6' }]]],
    ['a layer as an activation', 'Dense', { units: 2, activation: { class_name: 'ReLU', config: { max_value: 6 } } }, {}, [['Dense', { units: 2, activation: 'relu6' }]]],
    ['the last axis by its number', 'BatchNormalization', { axis: [3], epsilon: 1.001e-5, momentum: 0.9, renorm: false }, {}, [['BatchNormalization', { epsilon: 1.001e-5, momentum: 0.9 }]]],
    ['measured normalization', 'Normalization', { axis: -1, mean: null, variance: null }, {}, [['Normalization', { mean: [1, 2, 3], variance: [4, 5, 6] }]]],
    ['told normalization', 'Normalization', { axis: [-1], mean: [[[[7, 8, 9]]]], variance: 2 }, {}, [['Normalization', { mean: [7, 8, 9], variance: 2 }]]],
    ['a residual scaled', 'CustomScaleLayer', { scale: 0.17 }, two, [['Rescaling', { scale: 0.17, offset: 0 }], ['Add', {}]]],
    ['as many groups as channels', 'Conv2D', { filters: 6, kernel_size: [7, 7], groups: 6 }, {}, [['DepthwiseConv2D', { kernel_size: [7, 7] }]]],
    ['fewer groups', 'Conv2D', { filters: 6, kernel_size: [7, 7], groups: 2 }, {}, [['Conv2D', { filters: 6, kernel_size: [7, 7], groups: 2 }]]],
    ['attention', 'MultiHeadAttention', { num_heads: 2, key_dim: 3, value_dim: 3, use_bias: false, dropout: 0, attention_axes: [1], output_shape: [6], use_gate: false, sliding_window: null }, two, [['MultiHeadAttention', { num_heads: 2, key_dim: 3, use_bias: false }]]],
    ['a registered class', 'Custom>LayerScale', { init_values: 1e-6 }, {}, [['LayerScale', { init_values: 1e-6 }]]],
    ['x + y of Keras 3', 'ops.Add', {}, two, [['Add', {}]]],
    ['x * 2 of Keras 3', 'ops.Multiply', {}, { numbers: [null, 2] }, [['Rescaling', { scale: 2, offset: 0 }]]],
    ['x + 3 of Keras 3 in HDF5', 'Add', {}, { numbers: [null, 3] }, [['Rescaling', { scale: 1, offset: 3 }]]],
    ['1 - x of Keras 3', 'ops.Subtract', {}, { numbers: [1, null] }, [['Rescaling', { scale: -1, offset: 1 }]]],
    ['x / 4 of Keras 2', 'TFOpLambda', { function: 'math.truediv' }, { numbers: [null, 4] }, [['Rescaling', { scale: 0.25, offset: 0 }]]],
    ['x - 1 of Keras 2', 'TFOpLambda', { function: '__operators__.sub' }, { numbers: [null, 1] }, [['Rescaling', { scale: 1, offset: -1 }]]],
    ['relu6 of Keras 2', 'TFOpLambda', { function: 'nn.relu6' }, {}, [['ReLU', { max_value: 6 }]]],
    ['x + 3 of TensorFlow 2.0', 'TensorFlowOpLayer', { node_def: '{"name": "AddV2", "op": "AddV2"}', constants: { 1: 3 } }, {}, [['Rescaling', { scale: 1, offset: 3 }]]],
    ['x * y of TensorFlow 2.0', 'TensorFlowOpLayer', { node_def: { name: 'Mul', op: 'Mul' }, constants: {} }, two, [['Multiply', {}]]],
  ])('%s', (_case, className, config, more, expected) => {
    expect(typed(become(className, config, more))).toEqual(expected)
  }) // prettier-ignore

  it('layers of training alone are left out, and told', () => {
    notes.length = 0
    expect(become('RandomFlip', { mode: 'horizontal' })).toEqual([])
    expect(notes).toEqual([
      'Layer x (RandomFlip) works in training only and was left out; Graft has its own augmentation.',
    ])
  })

  it.each<[string, string, Record<string, unknown>, Partial<RuleContext>]>([
    ['dropout of whole rows', 'Dropout', { rate: 0.2, noise_shape: [null, 1, 8, 1] }, {}],
    ['an inverted normalization', 'Normalization', { invert: true }, {}],
    ['a threshold', 'ReLU', { threshold: 1 }, {}],
    ['attention to another input', 'MultiHeadAttention', { num_heads: 2, key_dim: 3 }, { numbers: [null, 1] }],
    ['attention of an input to nothing', 'MultiHeadAttention', { num_heads: 2, key_dim: 3 }, {}],
    ['attention with wider values', 'MultiHeadAttention', { num_heads: 2, key_dim: 3, value_dim: 4 }, two],
    ['attention through a window', 'MultiHeadAttention', { num_heads: 2, key_dim: 3, sliding_window: 8 }, two],
    ['attention with another output', 'MultiHeadAttention', { num_heads: 2, key_dim: 3, output_shape: [12] }, two],
    ['root mean squares', 'LayerNormalization', { rms_scaling: true }, {}],
    ['1 / x', 'ops.TrueDivide', {}, { numbers: [1, null] }],
    ['a matrix product', 'ops.Matmul', {}, two],
    ['a name of the prototype', 'constructor', {}, {}],
    ['a function of the prototype', 'ops.toString', {}, {}],
    ['leaky ReLU of Keras 2', 'Activation', { activation: 'leaky_relu' }, { isLegacy: true }],
  ])('refuses %s and names the layer', (_case, className, config, more) => {
    const refused = { code: 'E_MODEL_UNSUPPORTED', message: expect.stringContaining('Layer x') as string }
    expect(() => become(className, config, more)).toThrow(expect.objectContaining(refused))
  })
})
