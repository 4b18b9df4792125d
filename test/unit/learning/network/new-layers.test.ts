import { describe, expect, it } from 'vitest'
import { NewLayer } from '../../../../src-main/contract/network.ts'
import { expandNewLayer, type Place } from '../../../../src-main/learning/network/new-layers.ts'
import type { Pooling } from '../../../../src-main/learning/network/pooling-layer.ts'

const MAP: Pooling = { type: 'GlobalAveragePooling2D', config: {} }
const PLACE: Place = { prefix: 'new1', block: 'new', input: 'pool', pooling: null }
const expand = (wanted: object, place: Partial<Place> = {}) =>
  expandNewLayer(NewLayer.parse(wanted), { ...PLACE, ...place })
const namesOf = (wanted: object, pooling: Pooling | null = null) => expand(wanted, { pooling }).map(({ name }) => name)

describe('a new dense layer', () => {
  it('has an activation, a layer of its own', () => {
    expect(expand({ type: 'dense', units: 8 })).toEqual([
      {
        name: 'new1_dense',
        type: 'Dense',
        config: { units: 8, use_bias: true, kernel_initializer: 'he_normal' },
        inputs: ['pool'],
        block: 'new',
      },
      {
        name: 'new1_activation',
        type: 'Activation',
        config: { activation: 'relu' },
        inputs: ['new1_dense'],
        block: 'new',
      },
    ])
  })

  it('pools a map before', () => {
    const [pool, dense] = expand({ type: 'dense', units: 8 }, { pooling: MAP })
    expect(pool).toMatchObject({ name: 'new1_pool', type: 'GlobalAveragePooling2D', config: {}, inputs: ['pool'] })
    expect(dense!.inputs).toEqual(['new1_pool'])
  })

  it('with everything: BatchNorm takes the bias’ place, dropout is last', () => {
    const layers = expand({ type: 'dense', units: 8, batchNorm: true, dropout: 0.25, activation: 'tanh' })
    expect(layers.map(({ name, config, inputs }) => [name, config, inputs])).toEqual([
      ['new1_dense', { units: 8, use_bias: false, kernel_initializer: 'glorot_uniform' }, ['pool']],
      ['new1_bn', { momentum: 0.9 }, ['new1_dense']],
      ['new1_activation', { activation: 'tanh' }, ['new1_bn']],
      ['new1_dropout', { rate: 0.25 }, ['new1_activation']],
    ])
  })

  it('without an activation is one layer', () => {
    expect(namesOf({ type: 'dense', units: 8, activation: 'linear' })).toEqual(['new1_dense'])
  })

  it.each([
    ['relu', 'he_normal'],
    ['relu6', 'he_normal'],
    ['gelu', 'he_normal'],
    ['silu', 'he_normal'],
    ['tanh', 'glorot_uniform'],
    ['sigmoid', 'glorot_uniform'],
    ['linear', 'glorot_uniform'],
  ])('before %s starts with %s', (activation, initializer) => {
    expect(expand({ type: 'dense', units: 8, activation })[0]!.config['kernel_initializer']).toBe(initializer)
  })
})

it('a new convolution keeps the size of its map but for the stride', () => {
  const [convolution, ...rest] = expand({ type: 'convolution', filters: 8, kernelSize: 5, stride: 2 }, { pooling: MAP })
  expect(convolution).toMatchObject({ name: 'new1_conv', type: 'Conv2D', inputs: ['pool'] })
  expect(convolution!.config).toEqual({
    filters: 8,
    kernel_size: [5, 5],
    strides: [2, 2],
    padding: 'same',
    use_bias: true,
    kernel_initializer: 'he_normal',
  })
  expect(rest.map(({ name }) => name)).toEqual(['new1_activation'])
})
