import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Network } from '../../../../src-main/contract/network.ts'
import { ExperimentSpec } from '../../../../src-main/contract/spec.ts'
import {
  describeBase,
  describeStates,
  loadBaseModels,
  matchPattern,
  resolveSpec,
} from '../../../../src-main/learning/catalog.ts'
import type { DatasetFacts, LearningContext, ResolvedSpec } from '../../../../src-main/learning/catalog.ts'
import { processorTime } from '../../../support/processor-time.ts'

const bases = loadBaseModels(fileURLToPath(new URL('../../../../resources', import.meta.url)))

const photos: DatasetFacts = {
  name: 'photos',
  kind: 'image',
  splitCounts: { train: 5000, validation: 50, test: 50 },
  labelColumns: [
    { name: 'label', type: 'classification', classes: ['ant', 'bee'] },
    { name: 'size', type: 'regression', classes: [] },
  ],
  featureColumns: [],
  channels: 3,
  imageSize: { width: 640, height: 480 },
  columnStatistics: {},
}

const flowers: DatasetFacts = {
  ...photos,
  name: 'flowers',
  kind: 'table',
  channels: null,
  imageSize: null,
  featureColumns: [
    { name: 'width', type: 'numeric', categories: [] },
    { name: 'constant', type: 'numeric', categories: [] },
    { name: 'colour', type: 'categorical', categories: ['red', 'white'] },
  ],
  columnStatistics: { width: { mean: 3, std: 2 }, constant: { mean: 1, std: 0 } },
}

/** hidden1 to hidden4 and logits: the network of the classic exercise on reusing layers. */
const hidden: Network = {
  name: 'dnn',
  blocks: [1, 2, 3, 4].map((n) => ({ name: `part${n}`, label: `Part ${n}` })),
  layers: [
    { name: 'input', type: 'InputLayer', config: { shape: [4] }, inputs: [], block: 'part1' },
    ...[1, 2, 3, 4].map((n) => ({
      name: `hidden${n}`,
      type: 'Dense' as const,
      config: { units: 5, activation: 'relu' },
      inputs: [n === 1 ? 'input' : `hidden${n - 1}`],
      block: `part${n}`,
    })),
    { name: 'logits', type: 'Dense', config: { units: 3 }, inputs: ['hidden4'], block: 'part4' },
  ],
  outputs: ['logits'],
  features: 'hidden4',
}

const trainedFlowers: ReturnType<LearningContext['trained']> = {
  title: 'first run',
  files: {
    network: hidden,
    preprocessing: {
      kind: 'table',
      columns: [
        { name: 'width', type: 'numeric', mean: 0, std: 1 },
        { name: 'constant', type: 'numeric', mean: 0, std: 1 },
        { name: 'colour', type: 'categorical', categories: ['red', 'white'] },
      ],
    },
    weights: { path: '/w.safetensors', sha256: 'x' },
    heads: [],
  },
}

function resolve(more: object, dataset: DatasetFacts | null = photos): ResolvedSpec {
  const spec = { dataset: 'd', base: 'efficientnet-lite0', strategy: { type: 'fine-tuning' }, ...more }
  const trained = (id: string): typeof trainedFlowers => (id === 'abc' ? trainedFlowers : null)
  return resolveSpec(ExperimentSpec.parse(spec), { dataset, bases, trained })
}

const codes = ({ problems }: ResolvedSpec): string[] => problems.map((problem) => `${problem.level}:${problem.code}`)

describe('how photographs are decoded', () => {
  const decodingOf = (preprocessing: ResolvedSpec['plan']['preprocessing']) =>
    preprocessing.kind === 'image' ? preprocessing.decoding : 'of a table'
  const spec = (more: object) =>
    ExperimentSpec.parse({ dataset: 'photos', base: 'efficientnet-lite0', strategy: { type: 'fine-tuning' }, ...more })

  it('is as the spec says; exact, which is the default, is not written down', () => {
    const context = { bases, dataset: photos, trained: () => null } as unknown as LearningContext
    expect(decodingOf(resolveSpec(spec({}), context).plan.preprocessing)).toBeUndefined()
    expect(decodingOf(resolveSpec(spec({ decoding: 'fast' }), context).plan.preprocessing)).toBe('fast')
  })

  it('is not taken over from the base', () => {
    const context = { bases: bases.map((base) => ({ ...base, preprocessing: { ...base.preprocessing, decoding: 'fast' } })), dataset: photos, trained: () => null } as unknown as LearningContext // prettier-ignore
    expect(decodingOf(resolveSpec(spec({}), context).plan.preprocessing)).toBeUndefined()
  })
})

describe('reuse, freeze, train', () => {
  it('reuse hidden[123], train hidden[34]|logits: frozen, trained and fresh as named', () => {
    const { plan, weights } = resolve(
      {
        base: 'run:abc',
        cut: 'logits',
        reuse: { pattern: 'hidden[123]' },
        train: { pattern: 'hidden[34]|logits' },
      },
      flowers,
    )
    expect(plan.states).toEqual({
      input: 'fresh',
      hidden1: 'frozen',
      hidden2: 'frozen',
      hidden3: 'trained',
      hidden4: 'fresh',
      logits: 'fresh',
      head_label: 'fresh',
    })
    expect(plan.cachedUpTo).toBe('hidden2')
    expect(describeStates(plan.network, plan.states)).toBe(
      'fresh: input; frozen: hidden1 to hidden2 (2 layers); trained: hidden3; fresh: hidden4 to head_label (3 layers)',
    )
    expect(plan.parameters).toEqual({ total: 141, trainable: 86, frozen: 55, fresh: 56 })
    expect(weights).toEqual({ path: '/w.safetensors', sha256: 'x' })
  })

  it('feature extraction freezes all and caches the features', () => {
    const resolved = resolve({ strategy: { type: 'feature-extraction' } })
    expect(resolved.plan.cachedUpTo).toBe('head_pool')
    expect(resolved.plan.parameters).toEqual({ total: 3_373_570, trainable: 2562, frozen: 3_371_008, fresh: 2562 })
    expect(resolved.plan.network.layers.some((layer) => layer.name === 'predictions')).toBe(false)
    expect(resolved.plan.network.outputs).toEqual(['head_label'])
    expect(codes(resolved)).toEqual([])
  })

  it('a BatchNorm layer has the state of its own name', () => {
    const { plan } = resolve({ freeze: { pattern: '_bn$' } })
    expect(plan.states['block3_dw_bn']).toBe('frozen')
    expect(plan.states['block3_dw']).toBe('trained')
    expect(plan.cachedUpTo).toBeNull()
  })

  it('fresh wins over frozen; frozen over trained, with a warning', () => {
    const reuse = { upTo: 'block2' }
    expect(resolve({ reuse, freeze: { all: true } }).plan.states['block3_dw']).toBe('fresh')
    const both = resolve({ freeze: { upTo: 'block2' }, train: { from: 'block2' } })
    expect(both.plan.states['block2_dw']).toBe('frozen')
    expect(codes(both)).toContain('warn:freeze-and-train')
  })

  it('new layers and heads are never frozen', () => {
    const { plan } = resolve({ newLayers: [{ type: 'dense', units: 8 }], freeze: { all: true } })
    expect(plan.states['new1_dense']).toBe('fresh')
    expect(plan.states['head_label']).toBe('fresh')
    expect(plan.cachedUpTo).toBe('head_pool')
  })

  it('an architecture starts fresh; freezing it is told', () => {
    const plain = resolve({ base: { architecture: 'lenet' } })
    expect(new Set(Object.values(plain.plan.states))).toEqual(new Set(['fresh']))
    expect(plain.weights).toBeNull()
    const frozen = resolve({ base: { architecture: 'lenet' }, freeze: { upTo: 'conv1' } })
    expect(frozen.plan.states['conv1']).toBe('frozen')
    expect(codes(frozen)).toEqual(['warn:random-features'])
  })
})

describe('the network', () => {
  it('ends with a pooling where a dense layer or a head follows a map', () => {
    const { plan } = resolve({ cut: 'block5', newLayers: [{ type: 'convolution', filters: 8 }] })
    const tail = plan.network.layers.slice(-4).map((layer) => layer.name)
    expect(tail).toEqual(['new1_conv', 'new1_activation', 'output_pool', 'head_label'])
    expect(plan.network.features).toBe('output_pool')
    const dense = resolve({ cut: 'block5', newLayers: [{ type: 'dense', units: 8 }] }).plan.network
    expect(dense.layers.slice(-4).map((layer) => layer.name)).toEqual([
      'new1_pool',
      'new1_dense',
      'new1_activation',
      'head_label',
    ])
  })

  it('refuses a convolution after a vector, and offers to take it out', () => {
    const resolved = resolve({ newLayers: [{ type: 'convolution', filters: 8 }] })
    expect(codes(resolved)).toEqual(['block:new-layer-shape'])
    expect(resolved.problems[0]?.fix?.patch).toEqual({ newLayers: [] })
  })

  it('replaces a layer: it is fresh, and so is what it feeds when shapes change', () => {
    const same = resolve({ replace: [{ layer: 'block3_dw', with: { type: 'convolution', filters: 144, stride: 2 } }] })
    const changed = resolve({
      replace: [{ layer: 'block3_dw', with: { type: 'convolution', filters: 99, stride: 2 } }],
    })
    expect(same.plan.states['block3_dw_new_conv']).toBe('fresh')
    expect([same.plan.states['block3_dw_bn'], changed.plan.states['block3_dw_bn']]).toEqual(['trained', 'fresh'])
    expect(changed.plan.states['block3_project']).toBe('fresh')
    expect(changed.plan.states['block4_expand']).toBe('trained')
    expect(codes(same)).toEqual([])
  })

  it('refuses a replacement that breaks a sum, and keeps the layer', () => {
    const resolved = resolve({ replace: [{ layer: 'block4_project', with: { type: 'convolution', filters: 7 } }] })
    expect(codes(resolved)).toEqual(['block:replace'])
    expect(resolved.plan.states['block4_project']).toBe('trained')
  })

  it('has a head per task, named in letters that layers may have', () => {
    const heads = [
      { name: 'Größe (mm)', column: 'size', type: 'regression', weight: 2 },
      { name: 'label', column: 'label', type: 'classification' },
    ]
    const resolved = resolve({ heads })
    expect(resolved.plan.network.outputs).toEqual(['head_Gro_e_mm_', 'head_label'])
    expect(resolved.headWeights).toEqual([2, 1])
    expect(resolved.heads[1]?.classes).toEqual(['ant', 'bee'])
  })

  it('runs at another size when the weights allow it', () => {
    const small = resolve({ inputSize: 96 })
    expect(small.plan.preprocessing).toMatchObject({ height: 96, width: 96 })
    expect(small.plan.facts[0]?.outputShape).toEqual([96, 96, 3])
    expect(codes(small)).toEqual([])
  })

  it('takes an architecture at the size of the data', () => {
    const digits = { ...photos, channels: 1 as const, imageSize: { width: 28, height: 28 } }
    const { plan } = resolve({ base: { architecture: 'lenet' } }, digits)
    expect(plan.preprocessing).toMatchObject({ height: 28, channels: 1, mean: [0.5] })
  })
})

describe('tables', () => {
  it('standardises numbers and widens categories', () => {
    const { plan } = resolve({ base: { architecture: 'mlp' } }, flowers)
    expect(plan.preprocessing).toEqual({
      kind: 'table',
      columns: [
        { name: 'width', type: 'numeric', mean: 3, std: 2 },
        { name: 'constant', type: 'numeric', mean: 1, std: 1 },
        { name: 'colour', type: 'categorical', categories: ['red', 'white'] },
      ],
    })
    expect(plan.facts[0]?.outputShape).toEqual([4])
  })

  it('refuses image bases on tables and the reverse', () => {
    expect(codes(resolve({}, flowers))).toContain('block:base-kind')
    expect(codes(resolve({ base: 'run:abc' }, photos))).toContain('block:base-kind')
    const lacking = { ...flowers, featureColumns: flowers.featureColumns.slice(1) }
    expect(codes(resolve({ base: 'run:abc' }, lacking))).toContain('block:base-columns')
  })
})

describe('problems', () => {
  it.each([
    [{ freeze: { upTo: 'blok3' } }, 'block:unknown-layer'],
    [{ freeze: { pattern: 'block[3' } }, 'block:pattern'],
    [{ freeze: { pattern: 'nothing' } }, 'block:pattern-matches-nothing'],
    [{ freeze: { pattern: '.' } }, 'warn:pattern-matches-all'],
    [{ cut: 'gone' }, 'block:unknown-layer'],
    [{ heads: [{ name: 'a', column: 'lable', type: 'classification' }] }, 'block:head-column'],
    [{ heads: [{ name: 'a', column: 'size', type: 'classification' }] }, 'block:head-type'],
    [{ optimizer: { type: 'sgd', learningRate: 0.1 } }, 'warn:rate-high'],
    [{ optimizer: { type: 'sdg' } }, 'block:optimizer-type'],
    [{ optimizer: { type: 'sgd', momentm: 1 } }, 'block:optimizer-field'],
    [{ schedule: { type: 'step', factor: 'x' } }, 'block:schedule-field'],
    [{ base: { architecture: 'mlp', options: { hidden: '1,,2' } } }, 'block:base-options'],
    [{ base: { architecture: 'lenet' }, strategy: { type: 'feature-extraction' } }, 'warn:features-untrained'],
    [{ strategy: { type: 'feature-extraction' }, freeze: { upTo: 'block3' } }, 'warn:features-trained'],
  ])('%j is told: %s', (more, code) => {
    expect(codes(resolve(more))).toContain(code)
  })

  it('a fix is a change of the spec that mends it', () => {
    const [unknown] = resolve({ freeze: { layers: ['stem', 'blok3'] } }).problems
    expect(unknown?.fix?.patch).toEqual({ 'freeze.layers': ['stem', 'block3'] })
    const [column] = resolve({ heads: [{ name: 'a', column: 'lable', type: 'classification' }] }).problems
    expect(column?.fix?.patch).toEqual({ 'heads.0.column': 'label' })
  })

  it('counts samples: few for a head on frozen features, none, channels', () => {
    const few = { ...photos, splitCounts: { train: 100, validation: 1, test: 1 } }
    expect(codes(resolve({ strategy: { type: 'feature-extraction' } }, few))).toEqual(['warn:few-samples'])
    const none = { ...photos, splitCounts: { train: 0, validation: 1, test: 1 } }
    expect(codes(resolve({}, none))).toEqual(['block:no-samples'])
    expect(codes(resolve({}, { ...photos, channels: 1 }))).toEqual(['warn:channels'])
    expect(codes(resolve({}, { ...photos, labelColumns: [] }))).toContain('block:head-column')
  })

  it('throws only for a base that is not there', () => {
    const unknown = expect.objectContaining({ code: 'E_MODEL_UNKNOWN' })
    expect(() => resolve({ base: 'efficientnet' })).toThrow(unknown)
    expect(() => resolve({ base: 'run:gone' })).toThrow(unknown)
    expect(() => resolve({ base: { architecture: 'vgg' } })).toThrow(unknown)
  })

  it('fills in the defaults of strategy, optimizer and schedule', () => {
    const { spec } = resolve({ optimizer: { type: 'sgd', learningRate: 0.002 } })
    expect(spec.optimizer).toMatchObject({ type: 'sgd', learningRate: 0.002, momentum: 0.9, nesterov: false })
    expect(spec.strategy).toMatchObject({ type: 'fine-tuning', headEpochs: expect.any(Number) })
  })

  it('resolves within a click', () => {
    const more = { freeze: { pattern: '^block([0-9]|1[0-3])_' }, newLayers: [{ type: 'dense', units: 8 }] }
    resolve(more)
    const spent = processorTime()
    for (let count = 0; count < 10; count++) resolve(more)
    expect(spent() / 10).toBeLessThan(100)
  })
})

describe('bases', () => {
  it('describes the base with its own classifier, and matches patterns on it', () => {
    const context = { dataset: null, bases, trained: () => null }
    const { network, facts, title } = describeBase('efficientnet-lite0', context)
    expect(network.outputs).toEqual(['predictions'])
    expect(facts).toHaveLength(network.layers.length)
    expect(title).toMatch(/EfficientNet/)
    expect(matchPattern(network, '^block1[45]_dw$').layers).toEqual(['block14_dw', 'block15_dw'])
    expect(matchPattern(network, 'block(').error).toBe('This bracket "(" is never closed. At character 6.')
    expect(matchPattern(network, 'nothing')).toEqual({ layers: [], error: null })
  })
})
