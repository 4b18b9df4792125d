import { describe, expect, it } from 'vitest'
import type { Network, Preprocessing } from '../../../../src-main/contract/network.ts'
import { ExperimentSpec } from '../../../../src-main/contract/spec.ts'
import type { DatasetFacts } from '../../../../src-main/learning/context.ts'
import { networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'
import { resolveSpec } from '../../../../src-main/learning/plan/resolve-spec.ts'

const photos: DatasetFacts = {
  name: 'photos',
  kind: 'image',
  splitCounts: { train: 500, validation: 50, test: 50 },
  labelColumns: [
    { name: 'label', type: 'classification', classes: ['ant', 'bee'] },
    { name: 'size', type: 'regression', classes: [] },
  ],
  featureColumns: [],
  channels: 1,
  imageSize: { width: 8, height: 8 },
  columnStatistics: {},
}

/** Its dense layer fits one input size only. */
function flattening(): Network {
  const net = networkBuilder('flattening', [8, 8, 1])
  net.block('map', 'Map')
  net.add('conv', 'Conv2D', { filters: 2, kernel_size: 3, padding: 'same' })
  net.add('bn', 'BatchNormalization')
  net.add('flat', 'Flatten')
  net.block('vector', 'Vector')
  net.add('dense', 'Dense', { units: 3 })
  return net.finish('dense')
}

/** Four dense layers that fit one input size only. */
function wide(): Network {
  const net = networkBuilder('wide', [8, 8, 1])
  net.add('flat', 'Flatten')
  const names = ['a', 'b', 'c', 'd'].map((name) => net.add(name, 'Dense', { units: 2 }, ['flat']))
  net.add('all', 'Concatenate', {}, names)
  return net.finish('all')
}

/** Takes any size from 9 on. */
function pooling(): Network {
  const net = networkBuilder('pooling', [16, 16, 1])
  net.add('conv', 'Conv2D', { filters: 2, kernel_size: 9 })
  net.add('pool', 'GlobalAveragePooling2D')
  return net.finish('pool')
}

const preprocessing = (side: number): Preprocessing => ({
  kind: 'image',
  height: side,
  width: side,
  channels: 1,
  mean: [0.5],
  std: [0.5],
  resize: 'cover',
})
const WEIGHTS = { path: '/w.safetensors', sha256: 'x' }
const trained = (id: string) => {
  const network = { flattening, pooling, wide }[id as 'wide']()
  const side = id === 'pooling' ? 16 : 8
  return { title: id, files: { network, preprocessing: preprocessing(side), weights: WEIGHTS, heads: [] } }
}

function resolve(more: object, dataset: DatasetFacts | null = photos) {
  const spec = { dataset: 'photos', base: 'run:flattening', strategy: { type: 'fine-tuning' }, ...more }
  return resolveSpec(ExperimentSpec.parse(spec), { dataset, bases: [], trained })
}

describe('counted by hand', () => {
  // conv 3 * 3 * 1 * 2 + 2 = 20, bn gamma and beta 4, dense 8 * 8 * 2 * 3 + 3 = 387, head 3 * 2 + 2 = 8.
  it('parameters by state; moving averages belong to none', () => {
    expect(resolve({}).plan.parameters).toEqual({ total: 419, trainable: 419, frozen: 0, fresh: 8 })
    expect(resolve({ freeze: { layers: ['conv'] } }).plan.parameters).toEqual({
      total: 419,
      trainable: 399,
      frozen: 20,
      fresh: 8,
    })
    expect(resolve({ reuse: { layers: ['conv'] }, freeze: { all: true } }).plan.parameters).toEqual({
      total: 419,
      trainable: 399,
      frozen: 20,
      fresh: 399,
    })
  })

  // conv 8 * 8 * 9 * 2 = 1152, bn 128, dense 384, head 6.
  it('multiply-adds of the part that is cached and of the part that is trained', () => {
    expect(resolve({}).multiplyAdds).toEqual({ cached: 0, trained: 1670 })
    const frozen = resolve({ freeze: { upTo: 'conv' } })
    expect(frozen.plan.cachedUpTo).toBe('conv')
    expect(frozen.multiplyAdds).toEqual({ cached: 1152, trained: 518 })
    expect(resolve({ freeze: { all: true } }).multiplyAdds).toEqual({ cached: 1664, trained: 6 })
  })
})

describe('what a job needs beside the plan', () => {
  it('heads, the weights of their losses, and the base’s weights', () => {
    const heads = [
      { name: 'a', column: 'size', type: 'regression', weight: 2 },
      { name: 'b', column: 'label', type: 'classification' },
    ]
    const { plan, heads: resolved, headWeights, weights } = resolve({ heads })
    expect(resolved).toEqual([
      { name: 'a', column: 'size', type: 'regression', classes: [] },
      { name: 'b', column: 'label', type: 'classification', classes: ['ant', 'bee'] },
    ])
    expect(headWeights).toEqual([2, 1])
    expect(weights).toEqual(WEIGHTS)
    expect(plan.network.outputs).toEqual(['head_a', 'head_b'])
    expect(plan.facts.map(({ name }) => name)).toEqual(plan.network.layers.map(({ name }) => name))
    expect(plan.preprocessing).toEqual(preprocessing(8))
  })

  it('no weights where every layer is fresh', () => {
    expect(resolve({ reuse: { layers: [] } }).weights).toBeNull()
    expect(resolve({ reuse: { layers: ['bn'] } }).weights).toEqual(WEIGHTS)
    expect(resolve({ base: { architecture: 'mlp' }, freeze: { all: true } }).weights).toBeNull()
  })
})

describe('another input size', () => {
  it('is taken where the weights fit', () => {
    const { plan, problems } = resolve({ base: 'run:pooling', inputSize: 12 })
    expect(plan.preprocessing).toMatchObject({ height: 12, width: 12 })
    expect(plan.facts.map(({ outputShape }) => outputShape)).toEqual([[12, 12, 1], [4, 4, 2], [2], [2]]) // prettier-ignore
    expect(plan.states['conv']).toBe('trained')
    expect(problems).toEqual([])
  })

  const useNative = { title: 'Use its own size', patch: { inputSize: null } }

  it('is refused where a layer’s weights would not fit; the plan is at the base’s own', () => {
    const { plan, problems } = resolve({ inputSize: 16 })
    expect(problems).toEqual([
      {
        level: 'block',
        code: 'input-size',
        message: 'At 16 pixels the weights of dense do not fit.',
        fix: useNative,
      },
    ])
    expect(plan.preprocessing).toEqual(preprocessing(8))
    expect(plan.states['dense']).toBe('trained')
  })

  it('names three of the layers that would not fit', () => {
    const [problem] = resolve({ base: 'run:wide', inputSize: 16 }).problems
    expect(problem!.message).toBe('At 16 pixels the weights of a, b, c do not fit.')
  })

  it('is refused where the network has no room', () => {
    const { plan, problems } = resolve({ base: 'run:pooling', inputSize: 8 })
    expect(problems.map(({ code, fix }) => [code, fix])).toEqual([['input-size', useNative]])
    expect(problems[0]!.message).toMatch(/^Layer "conv" \(Conv2D\) expected an input of at least 9 x 9 pixels\./)
    expect(plan.preprocessing).toEqual(preprocessing(16))
  })
})

describe('an architecture', () => {
  it('with options that it refuses is planned with its defaults', () => {
    const { problems, plan } = resolve({ base: { architecture: 'lenet', options: { hidden: -1 } } })
    expect(problems.map(({ code, fix }) => [code, fix])).toEqual([
      ['base-options', { title: 'Use the defaults', patch: { base: { architecture: 'lenet' } } }],
    ])
    expect(problems[0]!.message).toMatch(/^`base\.options\.hidden`: /)
    expect(plan.states['conv1']).toBe('fresh')
  })

  it('is built for the input size; it has no weights that would have to fit', () => {
    const { plan, problems } = resolve({ base: { architecture: 'lenet' }, inputSize: 16 })
    expect(plan.preprocessing).toMatchObject({ height: 16, width: 16 })
    expect(problems).toEqual([])
  })

  it('a layer behind a replaced one has no weights that could have changed their shape', () => {
    const replace = [{ layer: 'conv1', with: { type: 'convolution', filters: 5 } }]
    const { plan } = resolve({ base: { architecture: 'lenet' }, replace, freeze: { layers: ['conv2'] } })
    expect(plan.states['conv2']).toBe('frozen')
  })

  it('that there is not throws', () => {
    const unknown = expect.objectContaining({ code: 'E_MODEL_UNKNOWN' })
    expect(() => resolve({ base: { architecture: 'vgg' } })).toThrow(unknown)
  })
})

it('a layer whose input has changed its shape is fresh; those behind it that keep theirs are not', () => {
  const { plan } = resolve({ replace: [{ layer: 'conv', with: { type: 'convolution', filters: 5 } }] })
  expect(plan.states).toMatchObject({ conv_new_conv: 'fresh', bn: 'fresh', flat: 'trained', dense: 'fresh' })
  const same = resolve({ replace: [{ layer: 'conv', with: { type: 'convolution', filters: 2 } }] })
  expect(same.plan.states).toMatchObject({ conv_new_conv: 'fresh', bn: 'trained', dense: 'trained' })
})

it('problems come from the variants, the base, the heads, the network, the states, the plan and the strategy', () => {
  const { problems, plan } = resolve({
    optimizer: { type: 'sdg' },
    inputSize: 16,
    heads: [{ name: 'a', column: 'gone', type: 'classification' }],
    cut: 'nowhere',
    freeze: { upTo: 'elsewhere' },
    strategy: { type: 'born-again-networks', teacher: 'a base' },
  })
  const codes = problems.map(({ code }) => code)
  expect(codes.slice(0, 5)).toEqual(['optimizer-type', 'input-size', 'head-column', 'unknown-layer', 'unknown-layer'])
  expect(codes.slice(5)).toContain('strategy-model')
  expect(plan.problems).toEqual(problems)
})
