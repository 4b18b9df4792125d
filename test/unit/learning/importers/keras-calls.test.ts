import { describe, expect, it } from 'vitest'
import { readCalls } from '../../../../src-main/learning/importers/keras/calls.ts'
import { parseJson } from '../../../../src-main/learning/importers/keras/json.ts'

const tensor = (layer: string): unknown => ({
  class_name: '__keras_tensor__',
  config: { shape: [null, 4], keras_history: [layer, 0, 1] },
})
const at = (layer: string, place = 0): unknown => ({ layer, tensor: place })

describe('what a layer is applied to', () => {
  it.each<[string, unknown, unknown]>([
    ['Keras 2 and TensorFlow.js', [[['a', 0, 0, {}], ['b', 0, 1, {}]]], [[at('a'), at('b', 1)]]],
    ['two calls', [[['a', 0, 0]], [['b', 1, 0]]], [[at('a')], [at('b')]]],
    ['a function with a number', [['a', 0, 0, { y: 3, name: null }]], [[at('a'), { value: 3 }]]],
    ['a function with a tensor', [['a', 0, 0, { y: ['b', 0, 0] }]], [[at('a'), at('b')]]],
    ['a number first', [['_CONSTANT_VALUE', -1, 0.5, { y: ['b', 0, 0] }]], [[{ value: 0.5 }, at('b')]]],
    ['Keras 3', [{ args: [tensor('a')], kwargs: { training: true, mask: null } }], [[at('a', 1)]]],
    ['Keras 3, a list', [{ args: [[tensor('a'), tensor('b')]], kwargs: {} }], [[at('a', 1), at('b', 1)]]],
    ['Keras 3, a function', [{ args: [tensor('a'), 0.5], kwargs: {} }], [[at('a', 1), { value: 0.5 }]]],
    ['attention of Keras 2', [[['a', 0, 0, { value: ['a', 0, 0], key: ['b', 0, 0] }]]], [[at('a'), at('a'), at('b')]]],
    ['attention of Keras 3', [{ args: [tensor('a')], kwargs: { value: tensor('b'), use_causal_mask: false } }], [[at('a', 1), at('b', 1)]]],
    ['an input', [], []],
    ['none told', undefined, []],
  ])('%s', (_case, written, calls) => {
    expect(readCalls(written, 'x')).toEqual(calls)
  }) // prettier-ignore

  it.each<[string, unknown]>([
    ['Keras 2', [[['a', 0, 0, { value: ['a', 0, 0], use_causal_mask: true }]]]],
    ['Keras 3', [{ args: [tensor('a')], kwargs: { value: tensor('a'), use_causal_mask: true } }]],
  ])('refuses a causal mask of %s', (_case, written) => {
    const refused = { code: 'E_MODEL_UNSUPPORTED', message: expect.stringContaining('layer x') as string }
    expect(() => readCalls(written, 'x')).toThrow(expect.objectContaining(refused))
  })

  it('says which layer has unreadable inputs', () => {
    expect(() => readCalls([['a', 0, 'first']], 'conv')).toThrow(
      'Expected a number among the inputs of layer conv. Received: first.',
    )
    expect(() => readCalls('a', 'conv')).toThrow('Expected the inputs of layer conv to be a list. Received: a.')
  })
})

describe('JSON of TensorFlow.js', () => {
  it('has camelCase keys, and class names that stay', () => {
    const text =
      '{"className": "Model", "config": {"batchInputShape": [null, 4], "kernel_size": 3, "className": "ReLU"}}'
    expect(parseJson(text, 'the model')).toEqual({ class_name: 'Model', config: { batch_input_shape: [null, 4], kernel_size: 3, class_name: 'ReLU' } }) // prettier-ignore
  })
})
