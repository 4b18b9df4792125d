import { describe, expect, it } from 'vitest'
import type { Preprocessing } from '../../../../src-main/contract/network.ts'
import { ExperimentSpec } from '../../../../src-main/contract/spec.ts'
import type { DatasetFacts } from '../../../../src-main/learning/context.ts'
import { networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'
import { type Checked, planChecks } from '../../../../src-main/learning/plan/plan-checks.ts'

const PIXELS: Preprocessing = {
  kind: 'image',
  height: 8,
  width: 8,
  channels: 3,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  resize: 'cover',
}
const COLUMNS: Preprocessing = {
  kind: 'table',
  columns: [
    { name: 'width', type: 'numeric', mean: 0, std: 1 },
    { name: 'colour', type: 'categorical', categories: ['red', 'white'] },
  ],
}

const photos: DatasetFacts = {
  name: 'photos',
  kind: 'image',
  splitCounts: { train: 700, validation: 150, test: 150 },
  labelColumns: [],
  featureColumns: [],
  channels: 3,
  imageSize: null,
  columnStatistics: {},
}
const flowers: DatasetFacts = {
  ...photos,
  name: 'flowers',
  kind: 'table',
  channels: null,
  featureColumns: [
    { name: 'width', type: 'numeric', categories: [] },
    { name: 'colour', type: 'categorical', categories: ['red', 'white'] },
  ],
}

const WEIGHTS = { path: '/w.safetensors', sha256: 'x' }
const BASE = { title: 'Net', network: networkBuilder('net', [8, 8, 3]).finish('input'), preprocessing: PIXELS }

interface More {
  spec?: object
  dataset?: DatasetFacts | null
  weights?: Checked['base']['weights']
  base?: Preprocessing
  plan?: Partial<Checked['plan']>
}

/** A sound plan: half of it frozen, a rate of 0.001, enough samples. */
function check({ spec = {}, dataset = photos, weights = WEIGHTS, base = PIXELS, plan = {} }: More = {}) {
  return planChecks({
    spec: ExperimentSpec.parse({ dataset: 'd', base: 'b', strategy: { type: 'fine-tuning' }, ...spec }),
    base: { ...BASE, preprocessing: base, weights },
    dataset,
    plan: {
      network: BASE.network,
      states: { low: 'frozen', high: 'trained', head: 'fresh' },
      parameters: { total: 300, trainable: 200, frozen: 100, fresh: 50 },
      cachedUpTo: null,
      facts: [],
      preprocessing: PIXELS,
      ...plan,
    },
  })
}

const codes = (more: More) => check(more).map(({ level, code }) => `${level}:${code}`)
const parameters = (more: object) => ({ parameters: { total: 300, trainable: 200, frozen: 100, fresh: 50, ...more } })

it('a sound plan has no problem, with a dataset or none', () => {
  expect(check()).toEqual([])
  expect(check({ dataset: null })).toEqual([])
})

it('nothing that learns blocks', () => {
  expect(check({ plan: parameters({ trainable: 0 }) })).toEqual([
    {
      level: 'block',
      code: 'nothing-trainable',
      message: 'No parameter would be trained: everything is frozen.',
      fix: { title: 'Unfreeze', patch: { freeze: null, train: null } },
    },
  ])
  expect(codes({ plan: parameters({ trainable: 1 }) })).toEqual([])
})

describe('the kind of the data', () => {
  it('rows for a network of images', () => {
    expect(check({ dataset: flowers })).toEqual([
      {
        level: 'block',
        code: 'base-kind',
        message: '"Net" takes images, but "flowers" is a table.',
        fix: { title: 'Use an MLP', patch: { base: { architecture: 'mlp' } } },
      },
    ])
  })

  it('images for a network of rows', () => {
    expect(check({ base: COLUMNS, plan: { preprocessing: COLUMNS } })).toEqual([
      {
        level: 'block',
        code: 'base-kind',
        message: '"Net" takes table rows, but "photos" holds images.',
        fix: null,
      },
    ])
  })
})

describe('columns of a trained base', () => {
  const table = (featureColumns: DatasetFacts['featureColumns'], more: More = {}) =>
    check({ dataset: { ...flowers, featureColumns }, base: COLUMNS, plan: { preprocessing: COLUMNS }, ...more })
  const [width, colour] = flowers.featureColumns

  it('are all there, in any order', () => {
    expect(table([colour!, width!])).toEqual([])
  })

  it('are told with their types where they are missing or of another type', () => {
    const [problem, ...more] = table([{ ...width!, type: 'categorical' }])
    expect(more).toEqual([])
    expect(problem).toEqual({
      level: 'block',
      code: 'base-columns',
      message: '"Net" needs columns that "flowers" lacks: width (numeric), colour (categorical).',
      fix: null,
    })
  })

  it('are told up to five', () => {
    const columns = Array.from({ length: 7 }, (_, i) => ({ name: `c${i}`, type: 'numeric' as const, mean: 0, std: 1 }))
    const [problem] = table([], { base: { kind: 'table', columns } })
    expect(problem!.message).toMatch(/: c0 \(numeric\), .*c4 \(numeric\)\.$/)
  })

  it('do not matter to an architecture, which is built for the data', () => {
    expect(table([], { weights: null, plan: { preprocessing: COLUMNS, ...parameters({ frozen: 0 }) } })).toEqual([])
  })
})

describe('colour', () => {
  const channels = (of: 1 | 3 | null, wanted: 1 | 3) =>
    check({ dataset: { ...photos, channels: of }, plan: { preprocessing: { ...PIXELS, channels: wanted } } })

  it('as the network takes it', () => {
    expect([channels(1, 1), channels(3, 3), channels(null, 1)]).toEqual([[], [], []])
  })

  it('repeated from grey, or lost', () => {
    expect(channels(1, 3)).toEqual([
      {
        level: 'warn',
        code: 'channels',
        message: 'The images are grey and the base takes colour: grey is repeated over three channels.',
        fix: null,
      },
    ])
    expect(channels(3, 1)).toMatchObject([
      { level: 'warn', message: 'The images are in colour and the base takes grey: colour is lost.' },
    ])
  })
})

it('frozen layers without trained weights keep their random start', () => {
  expect(check({ weights: null })).toEqual([
    {
      level: 'warn',
      code: 'random-features',
      message: 'Frozen layers of a network without trained weights keep their random start.',
      fix: { title: 'Unfreeze', patch: { freeze: null, train: null } },
    },
  ])
  expect(check({ weights: null, plan: parameters({ frozen: 0 }) })).toEqual([])
})

describe('the learning rate of reused layers', () => {
  const optimizer = (learningRate: unknown) => ({ spec: { optimizer: { type: 'sgd', learningRate } } })

  it('above 0.01 is worth a look', () => {
    expect(check(optimizer(0.02))).toEqual([
      {
        level: 'warn',
        code: 'rate-high',
        message: 'A learning rate of 0.02 on reused layers usually destroys what they have learned.',
        fix: { title: 'Use 0.001', patch: { 'optimizer.learningRate': 0.001 } },
      },
    ])
    expect(check(optimizer(0.01))).toEqual([])
  })

  it('does not matter where none learns; one that is no number is told elsewhere', () => {
    const states = { low: 'frozen', head: 'fresh' } as const
    expect(check({ ...optimizer(0.02), plan: { states } })).toEqual([])
    expect(check(optimizer('fast'))).toEqual([])
  })

  it('is that of unfreezing where the strategy has one', () => {
    const strategy = (unfreezeLearningRate: unknown, learningRate: number) =>
      check({ spec: { strategy: { type: 's', unfreezeLearningRate }, ...optimizer(learningRate).spec } })
    expect(strategy(0.001, 0.5)).toEqual([])
    expect(strategy(0.5, 0.001)[0]).toMatchObject({
      code: 'rate-high',
      fix: { patch: { 'strategy.unfreezeLearningRate': 0.001 } },
    })
    expect(strategy(null, 0.5)[0]!.fix!.patch).toEqual({ 'optimizer.learningRate': 0.001 })
  })
})

describe('the number of samples', () => {
  const counted = (train: number, more: object = {}, further: More = {}) =>
    check({
      dataset: { ...photos, splitCounts: { train, validation: 9, test: 9 } },
      plan: parameters(more),
      ...further,
    })

  it('none to train on blocks', () => {
    expect(counted(0)).toEqual([
      { level: 'block', code: 'no-samples', message: '"photos" has no item in its train split.', fix: null },
    ])
  })

  it('fewer than a tenth of the fresh parameters on frozen features is worth a look', () => {
    expect(counted(49, { fresh: 500 })).toEqual([
      {
        level: 'warn',
        code: 'few-samples',
        message:
          '49 training items for 500 fresh parameters: the run may learn them by heart. Compare train and validation.',
        fix: null,
      },
    ])
    expect(counted(50, { fresh: 500 })).toEqual([])
  })

  it('does not count where nothing is fresh, frozen or reused', () => {
    expect(counted(0, { fresh: 0 })).toEqual([])
    expect(counted(9, { fresh: 500, frozen: 0 })).toEqual([])
    expect(counted(9, { fresh: 500 }, { weights: null }).map(({ code }) => code)).toEqual(['random-features'])
    expect(check({ dataset: null, plan: parameters({ fresh: 500 }) })).toEqual([])
  })
})

describe('feature extraction', () => {
  const spec = { strategy: { type: 'feature-extraction' } }

  it('needs a trained base', () => {
    expect(check({ spec, weights: null, plan: parameters({ frozen: 0 }) })).toEqual([
      {
        level: 'warn',
        code: 'features-untrained',
        message: 'Feature extraction needs a trained base; this network starts from nothing.',
        fix: { title: 'Fine-tune', patch: { strategy: { type: 'fine-tuning' } } },
      },
    ])
  })

  it('with reused layers that learn is fine-tuning', () => {
    const states = { a: 'trained', b: 'trained', c: 'frozen', head: 'fresh' } as const
    expect(check({ spec, plan: { states } })).toEqual([
      {
        level: 'warn',
        code: 'features-trained',
        message: '2 reused layers are trained too, which is fine-tuning rather than feature extraction.',
        fix: { title: 'Freeze all', patch: { freeze: { all: true }, train: null } },
      },
    ])
    expect(check({ spec, plan: { states: { a: 'frozen', head: 'fresh' } } })).toEqual([])
  })
})

describe('cached features', () => {
  // 4 bytes * 16 * 16 * 1024 = 1 MiB a sample.
  const facts = [
    { name: 'first', outputShape: [1], parameters: 0, trainableParameters: 0, multiplyAdds: 0 },
    { name: 'map', outputShape: [16, 16, 1024], parameters: 0, trainableParameters: 0, multiplyAdds: 0 },
  ]
  const cached = (train: number, more: object = {}, spec: object = {}) =>
    check({
      spec,
      dataset: { ...photos, splitCounts: { train, validation: 48, test: 48 } },
      plan: { facts, cachedUpTo: 'map', ...more },
    })

  it('of more than 4 GiB are told with their size', () => {
    expect(cached(4000)).toEqual([])
    expect(cached(4001)).toMatchObject([{ level: 'warn', code: 'cache-large' }])
    expect(cached(5024)[0]!.message).toBe(
      'The cached features of "map" take 5.0 GiB on disk. Freeze further up to make them smaller.',
    )
  })

  it('are kept for each copy of a training item', () => {
    expect(cached(2001, {}, { augment: { copies: 2 } })).toMatchObject([{ code: 'cache-large' }])
    expect(cached(2000, {}, { augment: { copies: 2 } })).toEqual([])
  })

  it('do not matter where nothing is cached, or nothing is chosen', () => {
    expect(cached(9000, { cachedUpTo: null })).toEqual([])
    expect(cached(9000, { cachedUpTo: 'first' })).toEqual([])
    expect(check({ dataset: null, plan: { facts, cachedUpTo: 'map' } })).toEqual([])
  })
})

it('several problems are told in the order in which they matter', () => {
  const dataset = { ...photos, channels: 1 as const, splitCounts: { train: 0, validation: 0, test: 0 } }
  expect(codes({ dataset, plan: parameters({ trainable: 0 }) })).toEqual([
    'block:nothing-trainable',
    'warn:channels',
    'block:no-samples',
  ])
})

it('what no format can hold is told before it is trained', () => {
  const net = networkBuilder('net', [8, 8, 3])
  net.add('odd', 'Conv2D', { filters: 2, kernel_size: 2, strides: 2, dilation_rate: 2 })
  const network = net.finish('odd')
  expect(check({ plan: { network } })).toMatchObject([
    {
      level: 'warn',
      code: 'export',
      message:
        'Layer "odd" (Conv2D) cannot be exported for TensorFlow.js: it has both strides and dilation. Nor for Keras.',
    },
  ])
})
